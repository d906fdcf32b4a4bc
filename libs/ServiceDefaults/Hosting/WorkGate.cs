using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// Bounds the work of a service: few calls compute at once, each on the thread pool, and not too many are open. Work
/// that takes no token is left behind by a caller that gives up, and its slot is free when it ends.
/// </summary>
public class WorkGate : IDisposable
{
    private readonly int _mostOpen;
    private readonly string _what;
    private readonly SemaphoreSlim _open;
    private readonly SemaphoreSlim _computing;

    /// <summary>A gate.</summary>
    /// <param name="open">Calls that are open at once, at least 1; one more is refused.</param>
    /// <param name="computing">Of them, those that compute, at least 1; others wait.</param>
    /// <param name="what">The calls by their plural, for the refusal: "fits" is refused as FITS_OPEN.</param>
    public WorkGate(int open, int computing, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(what);
        (_mostOpen, _what) = (open, what);
        (_open, _computing) = (new SemaphoreSlim(open), new SemaphoreSlim(computing));
    }

    /// <summary>A place for one open call; disposing it gives it back.</summary>
    /// <exception cref="CapacityException">All are taken.</exception>
    public IDisposable Open() => _open.Wait(0)
        ? new Place(_open)
        : throw new CapacityException(
            $"{_what.ToUpperInvariant()}_OPEN",
            $"{_mostOpen} {_what} are open, which is the most this service takes at once",
            TimeSpan.FromSeconds(1));

    /// <summary>Runs <paramref name="work"/> when a slot is free.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _computing.WaitAsync(cancellationToken).ConfigureAwait(false);
        var running = Task.Run(
            () =>
            {
                using var slot = new Place(_computing);
                cancellationToken.ThrowIfCancellationRequested();
                return work();
            },
            CancellationToken.None);
        return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the gate holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open.Dispose();
            _computing.Dispose();
        }
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
