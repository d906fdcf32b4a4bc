using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>
/// Bounds the memory of open accumulators, whose size a client's header decides, before any of it is allocated.
/// </summary>
internal sealed class AccumulatorBudget(IOptions<IntakeOptions> options)
{
    private long _held;

    /// <summary>Holds so many bytes until disposed.</summary>
    /// <exception cref="CapacityException">The open streams leave no room for them.</exception>
    public IDisposable Hold(long bytes)
    {
        var limit = options.Value.MaxAccumulatorBytes;
        var held = Interlocked.Add(ref _held, bytes);
        if (held <= limit)
        {
            KoopmanTelemetry.AccumulatorBytes.Add(bytes);
            KoopmanTelemetry.StreamsOpen.Add(1);
            return new Share(this, bytes);
        }

        Interlocked.Add(ref _held, -bytes);
        throw new CapacityException(
            "ACCUMULATORS_TOO_LARGE",
            $"the accumulator that the header asks for takes {bytes} bytes and open streams hold {held - bytes}, "
            + $"expected at most {limit} together",
            TimeSpan.FromSeconds(1));
    }

    private sealed class Share(AccumulatorBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, 0) is > 0 and var held)
            {
                Interlocked.Add(ref budget._held, -held);
                KoopmanTelemetry.AccumulatorBytes.Add(-held);
                KoopmanTelemetry.StreamsOpen.Add(-1);
            }
        }
    }
}
