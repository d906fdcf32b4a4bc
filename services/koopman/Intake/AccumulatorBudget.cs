using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>
/// Bounds the memory of accumulators: of streams, whose size a client's header decides, before any of it is allocated,
/// and of merges and fits, whose parts were streams once.
/// </summary>
internal sealed class AccumulatorBudget(IOptions<IntakeOptions> options)
{
    private const string Reason = "ACCUMULATORS_TOO_LARGE";

    private long _held;

    private long Limit => options.Value.MaxAccumulatorBytes;

    /// <summary>Holds so many bytes until disposed.</summary>
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

        var held = Interlocked.Add(ref _held, bytes);
        if (held <= Limit)
        {
            KoopmanTelemetry.AccumulatorBytes.Add(bytes);
            return new Share(this, bytes);
        }

        Interlocked.Add(ref _held, -bytes);
        throw new CapacityException(
            Reason,
            $"the accumulator takes {bytes} bytes and others hold {held - bytes}, expected at most {Limit} together",
            TimeSpan.FromSeconds(1));
    }

    /// <summary>The same, but what is larger than all there is gets all there is.</summary>
    /// <exception cref="CapacityException">Others hold them.</exception>
    public IDisposable HoldMost(long bytes) => Hold(Math.Min(bytes, Limit));

    private sealed class Share(AccumulatorBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, 0) is > 0 and var held)
            {
                Interlocked.Add(ref budget._held, -held);
                KoopmanTelemetry.AccumulatorBytes.Add(-held);
            }
        }
    }
}
