using System.Diagnostics;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Telemetry;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>An event on its way, with the W3C trace context of whoever published it.</summary>
internal sealed record Envelope<T>(T Event, string? TraceParent, string? TraceState)
    where T : class, IRunEvent
{
    internal static Envelope<T> Of(T e) => new(e, Activity.Current?.Id, Activity.Current?.TraceStateString);

    /// <summary>
    /// Starts the activity of a delivery, linked to the publisher's. Its parent is the root of the run, which was
    /// exported long ago, and not the publisher, who may be killed before that. Without a listener a bare one stands
    /// in, so that logs and outgoing calls still carry the run's trace id.
    /// </summary>
    internal Activity? StartDelivery()
    {
        // The loop that delivers was started by somebody else, whose activity is not this event's.
        Activity.Current = null;
        var name = $"process {T.Topic}";
        var activity = ActivityContext.TryParse(TraceParent, TraceState, isRemote: true, out var publisher)
            ? Start(name, publisher) ?? Bare(name)
            : ServiceDefaultsTelemetry.Source.StartActivity(name, ActivityKind.Consumer);
        return activity?.SetTag(ServiceDefaultsTelemetry.TopicTag, T.Topic)
            .SetTag(ServiceDefaultsTelemetry.RunTag, Event.RunId);
    }

    private static Activity? Start(string name, ActivityContext publisher) =>
        ServiceDefaultsTelemetry.Source.StartActivity(
            name, ActivityKind.Consumer, RunTrace.RootOf(publisher) ?? publisher, links: [new(publisher)]);

    private Activity Bare(string name) =>
        new Activity(name) { TraceStateString = TraceState }.SetParentId(TraceParent!).Start();
}
