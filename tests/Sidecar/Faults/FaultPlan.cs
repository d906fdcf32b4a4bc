namespace KoopmanMesh.Sidecar.Faults;

/// <summary>What shall go wrong with an event.</summary>
internal readonly record struct Fault(bool Drop, bool Duplicate, TimeSpan Hold, TimeSpan Delay);

/// <summary>Decides for each event that comes from the broker; the same seed decides the same sequence.</summary>
internal sealed class FaultPlan(FaultOptions options)
{
    private static readonly TimeSpan _shortestHold = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestHold = TimeSpan.FromMilliseconds(600);

    private readonly Random _random = new(options.Seed);
    private readonly Lock _lock = new();

    public Fault Next()
    {
        lock (_lock)
        {
            // Always as many numbers, so that one event's fate does not change the next one's.
            var (drop, duplicate, shuffle) = (_random.NextDouble(), _random.NextDouble(), _random.NextDouble());
            var hold = _shortestHold + ((_longestHold - _shortestHold) * _random.NextDouble());
            var delay = options.Delay * _random.NextDouble();
            return new Fault(
                drop < options.Drop,
                duplicate < options.Duplicate,
                shuffle < options.Shuffle ? hold : TimeSpan.Zero,
                delay);
        }
    }
}
