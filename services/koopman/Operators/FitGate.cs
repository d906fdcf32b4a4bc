using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>
/// Bounds the work of OperatorService: few fits compute at once, each on the thread pool, and not too many streams are
/// open. The numerics take no token, so a caller that gives up leaves at once and its slot is free when the work ends.
/// </summary>
internal sealed class FitGate(IOptions<OperatorOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _open = new(options.Value.MaxOpenFits);
    private readonly SemaphoreSlim _computing = new(options.Value.MaxConcurrentFits);

    /// <summary>A place for one open stream; disposing it gives it back.</summary>
    /// <exception cref="CapacityException">All are taken.</exception>
    public IDisposable Open() => _open.Wait(0)
        ? new Place(_open)
        : throw new CapacityException(
            "FITS_OPEN", $"{options.Value.MaxOpenFits} fits are open, which is the most this service takes at once",
            TimeSpan.FromSeconds(1));

    /// <summary>Runs <paramref name="work"/> when a slot is free.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _computing.WaitAsync(cancellationToken);
        var running = Task.Run(
            () =>
            {
                using var slot = new Place(_computing);
                cancellationToken.ThrowIfCancellationRequested();
                return work();
            },
            CancellationToken.None);
        return await running.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _open.Dispose();
        _computing.Dispose();
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
