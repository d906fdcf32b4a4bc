using System.Diagnostics.Metrics;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Buckets of durations in seconds: stages last from milliseconds (a merge of a narrow layer) to an hour (a shard of
/// a large network), and the default buckets of OpenTelemetry are made for milliseconds.
/// </summary>
public static class DurationBuckets
{
    /// <summary>Three buckets a decade from 1 ms to 1 h.</summary>
    public static InstrumentAdvice<double> Advice { get; } = new()
    {
        HistogramBucketBoundaries =
        [
            0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600,
        ],
    };
}
