using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>
/// Bounds the memory of accumulators: of streams, whose size a client's header decides, before any of it is allocated,
/// and of merges and fits, whose parts were streams once. These need more than a stream and come by later, so that what
/// one was refused is kept free of streams until it has tried again.
/// </summary>
internal sealed class AccumulatorBudget(IOptions<IntakeOptions> options, TimeProvider time)
{
    private const string Reason = "ACCUMULATORS_TOO_LARGE";

    // A little longer than the longest pause between two attempts at a piece of work.
    private static readonly TimeSpan _keptFree = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private long _held;
    private long _wanted;
    private DateTimeOffset _wantedUntil;

    private long Limit => options.Value.MaxAccumulatorBytes;

    /// <summary>Holds so many bytes for a stream until disposed.</summary>
    /// <exception cref="CapacityException">
    /// There are not so many, or others hold them, who give them back some time.
    /// </exception>
    public IDisposable Hold(long bytes)
    {
        if (bytes > Limit)
        {
            throw new CapacityException(
                Reason, $"the accumulator takes {bytes} bytes, expected at most {Limit} (Intake:MaxAccumulatorBytes)");
        }

        lock (_lock)
        {
            var free = time.GetUtcNow() < _wantedUntil ? _wanted : 0;
            return bytes <= Limit - _held - free ? Take(bytes) : throw Full(bytes, free);
        }
    }

    /// <summary>
    /// Holds so many bytes for a merge or a fit until disposed; what is larger than all there is gets all there is.
    /// </summary>
    /// <exception cref="CapacityException">Others hold them.</exception>
    public IDisposable HoldMost(long bytes)
    {
        bytes = Math.Min(bytes, Limit);
        lock (_lock)
        {
            if (bytes <= Limit - _held)
            {
                _wanted = 0;
                return Take(bytes);
            }

            (_wanted, _wantedUntil) = (Math.Max(bytes, _wanted), time.GetUtcNow() + _keptFree);
            throw Full(bytes, free: 0);
        }
    }

    private Share Take(long bytes)
    {
        _held += bytes;
        KoopmanTelemetry.AccumulatorBytes.Add(bytes);
        return new Share(this, bytes);
    }

    private CapacityException Full(long bytes, long free) => new(
        Reason,
        $"the accumulator takes {bytes} bytes and others hold {_held + free}, expected at most {Limit} together",
        TimeSpan.FromSeconds(1));

    private void GiveBack(long bytes)
    {
        lock (_lock)
        {
            _held -= bytes;
        }

        KoopmanTelemetry.AccumulatorBytes.Add(-bytes);
    }

    private sealed class Share(AccumulatorBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, 0) is > 0 and var held)
            {
                budget.GiveBack(held);
            }
        }
    }
}
