namespace KoopmanMesh.Koopman;

/// <summary>
/// Computes for seconds on a thread of its own. On the pool's, of which there are no more than cores at first, it would
/// keep heart-beats, cancellations and calls waiting.
/// </summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken) => Task.Factory.StartNew(
        compute, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
