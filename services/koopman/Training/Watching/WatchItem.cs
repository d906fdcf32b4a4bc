using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>What the reader of a stream hands to the analysis, in the order of the stream.</summary>
internal abstract record WatchItem;

/// <summary>A snapshot is stored.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Hold">Keeps what its analysis reads; null where there is none.</param>
internal sealed record StoredItem(long Index, IDisposable? Hold) : WatchItem;

/// <summary>
/// The client asks, and the reader waits for the answer: it decides what the next snapshot follows from.
/// </summary>
internal sealed record AskItem(WatchTrainingRequest Request) : WatchItem
{
    public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
