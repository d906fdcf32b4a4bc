namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>How much the process grows beyond what it was, looked at every few milliseconds.</summary>
public sealed class MemoryWatch : IAsyncDisposable
{
    private readonly long _before = Environment.WorkingSet;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _most;

    public MemoryWatch() => _watching = Task.Run(WatchAsync);

    public long Growth => Interlocked.Read(ref _most) - _before;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Interlocked.Exchange(ref _most, Math.Max(_most, Environment.WorkingSet));
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
