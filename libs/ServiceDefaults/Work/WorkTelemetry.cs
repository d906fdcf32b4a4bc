using System.Diagnostics;
using System.Diagnostics.Metrics;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>Spans and instruments of the work of runs.</summary>
internal static class WorkTelemetry
{
    internal const string Name = "KoopmanMesh.Work";

    internal const string RunTag = "koopmanmesh.run.id";
    internal const string WorkTag = "koopmanmesh.work";
    internal const string KindTag = "koopmanmesh.work.kind";
    internal const string AttemptTag = "koopmanmesh.attempt";
    internal const string TakenOverTag = "koopmanmesh.taken_over";
    internal const string StateTag = "koopmanmesh.work.state";
    internal const string OutcomeTag = "outcome";

    internal const string Done = "done";
    internal const string Retried = "retried";
    internal const string ParkedOutcome = "parked";
    internal const string Failed = "failed";
    internal const string Lost = "lost";
    internal const string Interrupted = "interrupted";

    internal static readonly ActivitySource Source = new(new ActivitySourceOptions(Name));

    private static readonly Meter _meter = new(new MeterOptions(Name));

    internal static readonly Counter<long> Retries = _meter.CreateCounter<long>(
        "koopmanmesh.work.retries", "{attempt}", "Attempts given back to be tried again, by kind.");

    internal static readonly Counter<long> TakeOvers = _meter.CreateCounter<long>(
        "koopmanmesh.work.take_overs", "{claim}",
        "Claims of work whose earlier holder let its lease run out, by kind.");

    internal static readonly Counter<long> Parked = _meter.CreateCounter<long>(
        "koopmanmesh.work.parked", "{item}", "Work left alone after its last attempt failed, by kind.");

    internal static readonly Counter<long> Republished = _meter.CreateCounter<long>(
        "koopmanmesh.work.republished", "{event}", "Events published again by reconciliation, by kind.");

    internal static readonly Histogram<double> WaitDuration = _meter.CreateHistogram(
        "koopmanmesh.work.wait", "s", "Time between becoming ready and a claim, by kind.",
        advice: DurationBuckets.Advice);

    internal static readonly Histogram<double> WorkDuration = _meter.CreateHistogram(
        "koopmanmesh.work.duration", "s", "Time from claim to end of an attempt, by kind and outcome.",
        advice: DurationBuckets.Advice);

    /// <summary>The kind as metrics and spans name it.</summary>
    internal static KeyValuePair<string, object?> Kind(WorkKind kind) => new(KindTag, NameOf(kind));

    /// <summary>How an attempt ended, as metrics name it.</summary>
    internal static KeyValuePair<string, object?> Outcome(string outcome) => new(OutcomeTag, outcome);

    /// <summary>
    /// Starts the span of an attempt, e.g. <c>work shard</c>, with the run, the piece and the attempt as tags, and
    /// counts how long the work waited.
    /// </summary>
    internal static Activity? Start(WorkLease lease)
    {
        WaitDuration.Record(Math.Max(0, lease.Waited.TotalSeconds), Kind(lease.Key.Kind));
        return Source.HasListeners()
            ? Source.StartActivity(
                $"work {NameOf(lease.Key.Kind)}", ActivityKind.Internal, parentContext: default, tags: TagsOf(lease))
            : null;
    }

    /// <summary>An attempt is over: counts how long it took, and marks what did not come to its end.</summary>
    internal static void End(Activity? activity, WorkLease lease, TimeSpan took, string outcome)
    {
        WorkDuration.Record(took.TotalSeconds, Kind(lease.Key.Kind), Outcome(outcome));
        activity?.SetTag(OutcomeTag, outcome);
        if (outcome != Done && activity is { Status: ActivityStatusCode.Unset })
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static KeyValuePair<string, object?>[] TagsOf(WorkLease lease) =>
    [
        new(RunTag, lease.Key.RunId),
        new(WorkTag, lease.Key.Name),
        new(AttemptTag, lease.Attempt),
        new(TakenOverTag, lease.TakenOver),
    ];

    private static string NameOf(WorkKind kind) => kind switch
    {
        WorkKind.Shard => "shard",
        WorkKind.Merge => "merge",
        WorkKind.Fit => "fit",
        WorkKind.Score => "score",
        _ => "replacement",
    };
}
