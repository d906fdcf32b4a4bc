using System.Diagnostics;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>
/// Times a hybrid against its original: turn by turn in one process, on one thread each, so that what else the machine
/// does meets both alike; the ratio is of neighbours.
/// </summary>
internal static class LatencyMeter
{
    private const int Fewest = 5;
    private const int Most = 200;

    // Shorter runs than this are timed several at once: a clock's tick is no part of the network.
    private static readonly TimeSpan _shortest = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(0.5);

    /// <summary>Times both on the same rows, for about half a second.</summary>
    /// <param name="original">The original.</param>
    /// <param name="hybrid">The hybrid, from its file.</param>
    /// <param name="rows">[batch, width] row-major.</param>
    /// <param name="batch">Rows of a run.</param>
    /// <param name="cancellationToken">Looked at between runs.</param>
    public static Latency Measure(
        NetworkModel original, NetworkModel hybrid, ReadOnlyMemory<float> rows, int batch,
        CancellationToken cancellationToken)
    {
        var single = new NetworkSessionOptions { Threads = 1 };
        using var first = new NetworkSession(original, single);
        using var second = new NetworkSession(hybrid, single);
        Time(first, rows, batch, 1, cancellationToken);
        Time(second, rows, batch, 1, cancellationToken);
        var once = Time(first, rows, batch, 1, cancellationToken);
        var runs = (int)Math.Clamp(_shortest / once, 1, 1000);
        var (originals, hybrids, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var started = Stopwatch.GetTimestamp();
            ratios.Count < Fewest || (ratios.Count < Most && Stopwatch.GetElapsedTime(started) < _limit);)
        {
            var a = Time(first, rows, batch, runs, cancellationToken) / runs;
            var b = Time(second, rows, batch, runs, cancellationToken) / runs;
            originals.Add(a.TotalMicroseconds);
            hybrids.Add(b.TotalMicroseconds);
            ratios.Add(b / a);
        }

        var quantiles = Quantiles.At([.. ratios], [0.05, 0.5, 0.95]);
        return new Latency
        {
            Batch = batch,
            Repeats = ratios.Count,
            OriginalUs = Quantiles.At([.. originals], 0.5),
            HybridUs = Quantiles.At([.. hybrids], 0.5),
            RatioLow = quantiles[0],
            Ratio = quantiles[1],
            RatioHigh = quantiles[2],
        };
    }

    private static TimeSpan Time(
        NetworkSession session, ReadOnlyMemory<float> rows, int batch, int runs, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        for (var run = 0; run < runs; run++)
        {
            session.Run(rows, batch, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
