namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>What the service saw, for the tests to look at.</summary>
public sealed class PlaygroundState
{
    private int _written;
    private int _read;

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Holds Collect back from reading until set.</summary>
    public TaskCompletionSource MayRead { get; set; } = Open();

    /// <summary>The last call's deadline and peer.</summary>
    public DateTime Deadline { get; set; }

    public string Peer { get; set; } = "";

    public List<string> Trace { get; } = [];

    /// <summary>Responses that Count has written.</summary>
    public int Written => Volatile.Read(ref _written);

    /// <summary>Requests that Collect has read.</summary>
    public int Read => Volatile.Read(ref _read);

    public void CountWritten() => Interlocked.Increment(ref _written);

    public void CountRead() => Interlocked.Increment(ref _read);

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
