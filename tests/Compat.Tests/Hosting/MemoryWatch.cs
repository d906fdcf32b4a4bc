using Xunit.v3;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>
/// How much more memory is in use than was, looked at every few milliseconds. Garbage doesn't count: how much of it lies
/// about is the collector's choice and differs from machine to machine.
/// </summary>
public sealed class MemoryWatch : IAsyncDisposable
{
    private readonly long _before = InUse();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _most;

    public MemoryWatch()
    {
        Assert.True(
            TestContext.Current.TestCollection is IXunitTestCollection { DisableParallelization: true },
            "Other tests' memory would count as well: the test must be in the collection that runs alone.");
        _watching = Task.Run(WatchAsync);
    }

    public long Growth => Interlocked.Read(ref _most) - _before;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    // What survived a collection. The size of the heap behind one holds all that was made since by whoever ran on.
    private static long InUse()
    {
        GC.Collect();
        return GC.GetGCMemoryInfo(GCKind.FullBlocking).PromotedBytes;
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Interlocked.Exchange(ref _most, Math.Max(_most, InUse()));
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
