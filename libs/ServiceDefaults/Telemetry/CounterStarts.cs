using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging.Sidecar;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Where counters begin: at 0, for each value of their tag. A series that is first seen at 1 has not increased, and an
/// alert on its increase would miss the first failure of a process, often the only one.
/// </summary>
internal static class CounterStarts
{
    private static readonly string[] _topics =
    [
        Topics.ShardPlanned, Topics.MergePlanned, Topics.FitPlanned, Topics.ScorePlanned, Topics.ReplacementPlanned,
        Topics.ReplacementReported, Topics.RunScored, Topics.RunFailed, Topics.RunCancelled,
    ];

    /// <summary>Tells the zeros to whoever listens by now.</summary>
    internal static void Tell()
    {
        foreach (var kind in Enum.GetValues<WorkKind>().Select(WorkTelemetry.Kind))
        {
            WorkTelemetry.Retries.Add(0, kind);
            WorkTelemetry.TakeOvers.Add(0, kind);
            WorkTelemetry.Parked.Add(0, kind);
            WorkTelemetry.Republished.Add(0, kind);
        }

        foreach (var topic in _topics.Select(EventTelemetry.Topic))
        {
            ServiceDefaultsTelemetry.Published.Add(0, topic);
            EventTelemetry.Unpublished.Add(0, topic);
            EventTelemetry.DeadLetters.Add(0, topic);
        }

        EventTelemetry.DeadLetters.Add(0, EventTelemetry.Topic(EventTelemetry.UnknownTopic));
        foreach (var outcome in RunTelemetry.Outcomes)
        {
            RunTelemetry.Ended.Add(0, WorkTelemetry.Outcome(outcome));
        }

        ServiceDefaultsTelemetry.StoredBytes.Add(0);
        ServiceDefaultsTelemetry.SpansDropped.Add(0);
    }
}
