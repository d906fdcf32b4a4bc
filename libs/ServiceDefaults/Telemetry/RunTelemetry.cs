using System.Diagnostics;
using System.Diagnostics.Metrics;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>What is told of a run as a whole, by the process that ends it.</summary>
internal static class RunTelemetry
{
    private const string Succeeded = "succeeded";
    private const string Failed = "failed";
    private const string Cancelled = "cancelled";

    private static readonly Meter _meter = new(new MeterOptions(WorkTelemetry.Name));

    internal static readonly Counter<long> Ended = _meter.CreateCounter<long>(
        "koopmanmesh.run.ended", "{run}", "Runs that ended, by outcome.");

    internal static readonly Histogram<double> Duration = _meter.CreateHistogram(
        "koopmanmesh.run.duration", "s", "Time from submit to end of a run, by outcome.",
        advice: DurationBuckets.Advice);

    /// <summary>How runs end.</summary>
    internal static IReadOnlyList<string> Outcomes { get; } = [Succeeded, Failed, Cancelled];

    /// <summary>Counts a run that has ended, and draws it from submit to end under the root of its trace.</summary>
    internal static void Tell(RunRecord run)
    {
        var outcome = WorkTelemetry.Outcome(run.State switch
        {
            RunState.Succeeded => Succeeded,
            RunState.Failed => Failed,
            _ => Cancelled,
        });
        Ended.Add(1, outcome);
        Duration.Record(((run.EndedAt ?? run.UpdatedAt) - run.CreatedAt).TotalSeconds, outcome);
        using var span = WorkTelemetry.Source.StartUnder(run, "run", run.CreatedAt);
        span?.SetTag(WorkTelemetry.RunTag, run.RunId).SetTag(outcome.Key, outcome.Value);
        if (run.Error is { } error)
        {
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
        }
    }
}
