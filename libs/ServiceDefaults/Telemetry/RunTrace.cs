using System.Diagnostics;
using System.Text.RegularExpressions;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// The one trace of a run. Its root is the span in which the run was accepted. The root's id travels in the trace state
/// over every hop, so that what an event sets off hangs on the root, which has long ended, and not on whoever
/// published the event, who may be killed before its own span is exported.
/// </summary>
public static partial class RunTrace
{
    /// <summary>Makes the current span the root of a run; call it before anything of the run is published.</summary>
    /// <returns>The W3C traceparent to keep with the run; empty where there is no span.</returns>
    public static string Begin()
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } root)
        {
            return "";
        }

        root.TraceStateString = WithRoot(root.TraceStateString, root.Context);
        return id;
    }

    /// <summary>
    /// Starts a span right under the root of a run: for what nobody's own span leads to, such as work that is found
    /// again after a restart. Null when nobody listens or the run is not traced.
    /// </summary>
    public static Activity? StartUnder(
        this ActivitySource source, RunRecord run, string name, DateTimeOffset startTime = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(run);
        return RootOf(run.TraceParent) is { } root
            ? source.StartActivity(name, ActivityKind.Internal, root, startTime: startTime)
            : null;
    }

    /// <summary>The root of a run by the traceparent that is kept with it; null when it is not traced.</summary>
    internal static ActivityContext? RootOf(string traceParent) =>
        ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var root)
            ? new ActivityContext(root.TraceId, root.SpanId, root.TraceFlags, WithRoot(null, root), isRemote: true)
            : null;

    /// <summary>The root of the run that <paramref name="context"/> is part of; null when it is of no run.</summary>
    internal static ActivityContext? RootOf(ActivityContext context) =>
        Root().Match(context.TraceState ?? "") is { Success: true } match
            ? new ActivityContext(
                context.TraceId,
                ActivitySpanId.CreateFromString(match.Groups["span"].ValueSpan),
                match.Groups["flags"].ValueSpan is "01" ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None,
                context.TraceState,
                isRemote: true)
            : null;

    /// <summary>Id of the root span that a trace state names, 16 digits; null when it names none.</summary>
    internal static string? RootSpanIn(string? traceState) =>
        traceState is not null && Root().Match(traceState) is { Success: true } match
            ? match.Groups["span"].Value
            : null;

    // What was there before stays behind, unless it is another run's root in the same trace.
    private static string WithRoot(string? traceState, ActivityContext root)
    {
        var member = $"koopmanmesh={root.SpanId}-{(byte)root.TraceFlags:x2}";
        var others = Root().Replace(traceState ?? "", "").Trim(',', ' ');
        return others.Length == 0 ? member : $"{member},{others}";
    }

    [GeneratedRegex(@"(?<=^|,)\s*koopmanmesh=(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})\s*(?:,|$)")]
    private static partial Regex Root();
}
