namespace KoopmanMesh.Sidecar.Streams;

/// <summary>An entry of a stream.</summary>
internal sealed record StreamMessage(string Topic, string Id, byte[] Data);

/// <summary>An entry on its way to a worker.</summary>
/// <param name="Message">The entry.</param>
/// <param name="Handle">Delivers it; whether it is dealt with.</param>
/// <param name="Delay">Pause before.</param>
internal sealed record PulledMessage(
    StreamMessage Message, Func<StreamMessage, CancellationToken, Task<bool>> Handle, TimeSpan Delay);
