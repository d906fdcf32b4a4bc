using System.Collections.Concurrent;
using System.Diagnostics;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>The spans of KoopmanMesh's services from its making to its disposal.</summary>
internal sealed class SpanLog : IDisposable
{
    private readonly ConcurrentDictionary<string, Activity> _spans = new();
    private readonly ActivityListener _listener;

    public SpanLog()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("KoopmanMesh.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = span => _spans[span.SpanId.ToHexString()] = span,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IEnumerable<Activity> OfTrace(string traceId) =>
        _spans.Values.Where(span => span.TraceId.ToHexString() == traceId);

    public void Dispose() => _listener.Dispose();
}
