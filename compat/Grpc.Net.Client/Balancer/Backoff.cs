using System.Security.Cryptography;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// Waits between attempts to connect, as gRPC's connection backoff has them: each 1.6 times the one before up to a
/// longest, and a fifth more or less by chance, lest all clients of a server come back at once.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan? longest)
{
    private const double Multiplier = 1.6;
    private const double Jitter = 0.2;

    /// <summary>What a wait is cut to where the options set no longest: beyond it timers give out.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Chance _chance = new(RandomNumberGenerator.GetInt32(int.MaxValue));

    /// <summary>The wait after so many failures before the last one.</summary>
    public TimeSpan After(int earlierFailures)
    {
        var limit = longest < Longest ? longest.Value : Longest;
        var wait = Math.Min(first.TotalSeconds * Math.Pow(Multiplier, earlierFailures), limit.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (1 + (Jitter * ((2 * _chance.Next()) - 1))));
    }
}

/// <summary>Random numbers of a seed, for any thread.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A number from 0 to 1.</summary>
    public double Next()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }
}
