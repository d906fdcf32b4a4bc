using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Runs;

/// <summary>Runs, their work and their spans as the protos have them.</summary>
internal static class RunInspectorMapping
{
    public static RunListing ToListing(this RunRecord run) => new()
    {
        Status = run.ToStatus(),
        Model = run.Spec.Model?.Name ?? "",
        Data = run.Spec.Data?.Name ?? "",
        CreatedAt = Seconds(run.CreatedAt),
        StartedAt = Seconds(run.StartedAt),
        EndedAt = Seconds(run.EndedAt),
    };

    public static WorkPiece ToPiece(this WorkItem item) => new()
    {
        Kind = NameOf(item.Key.Kind),
        Component = item.Key.Component,
        Level = item.Key.Level,
        Index = item.Key.Index,
        State = NameOf(item.State),
        Attempts = item.Attempts,
        Owner = item.Owner,
        Rows = item.Rows,
        WaitedSeconds = Between(item.ReadyAt, item.StartedAt),
        Seconds = Between(item.StartedAt, item.EndedAt),
        LastError = item.LastError,
    };

    public static Span ToSpan(this KeptSpan span) => new()
    {
        TraceId = span.TraceId,
        SpanId = span.SpanId,
        ParentSpanId = span.ParentSpanId,
        Name = span.Name,
        Service = span.Service,
        Instance = span.Instance,
        StartUnixNanos = span.StartUnixNanos,
        EndUnixNanos = span.EndUnixNanos,
        Status = span.Status,
        Attributes = { new Dictionary<string, string>(span.Attributes) },
    };

    private static string NameOf(WorkKind kind) => kind switch
    {
        WorkKind.Shard => "shard",
        WorkKind.Merge => "merge",
        WorkKind.Fit => "fit",
        WorkKind.Score => "score",
        _ => "replacement",
    };

    private static string NameOf(WorkState state) => state switch
    {
        WorkState.Ready => "ready",
        WorkState.Leased => "leased",
        WorkState.Done => "done",
        _ => "parked",
    };

    private static double Seconds(DateTimeOffset? time) =>
        time is { } t ? (t - DateTimeOffset.UnixEpoch).TotalSeconds : 0;

    private static double Between(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } f && to is { } t && t > f ? (t - f).TotalSeconds : 0;
}
