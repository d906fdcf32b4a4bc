using System.Collections.Concurrent;
using Grpc.Core;
using KoopmanMesh.Mesh.Tests.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Mesh.Tests.Tracing;

/// <summary>Takes traces, metrics and logs as a collector does, by OTLP over gRPC.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            static k => k.Listen(System.Net.IPAddress.Loopback, 0, static o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Traces>();
        _app.MapGrpcService<Metrics>();
        _app.MapGrpcService<Logs>();
    }

    public string Address => _app.Urls.First();

    public ConcurrentDictionary<string, ReceivedSpan> Spans { get; } = new();

    /// <summary>Names of instruments, each with the services that it came from.</summary>
    public ConcurrentDictionary<(string Service, string Instrument), string> Instruments { get; } = new();

    public ConcurrentBag<(string Service, string TraceId, string Text)> Entries { get; } = [];

    /// <summary>What a service needs to send everything here, and soon.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>The spans of a trace once <paramref name="complete"/> says that all of them are there.</summary>
    public async Task<ReceivedTrace> TraceAsync(
        string traceId, Func<ReceivedTrace, bool> complete, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var trace = new ReceivedTrace([.. Spans.Values.Where(s => s.TraceId == traceId)]);
            if (complete(trace))
            {
                return trace;
            }

            try
            {
                await Task.Delay(50, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Assert.Fail($"after a minute the trace is still:\n{trace}");
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Attribute(Resource resource, string key) =>
        resource.Attributes.FirstOrDefault(a => a.Key == key)?.Value.StringValue ?? "";

    private sealed class Traces(OtlpReceiver receiver) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(
            ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceSpans)
            {
                foreach (var span in resource.ScopeSpans.SelectMany(static s => s.Spans))
                {
                    var received = ReceivedSpan.Of(
                        span, Attribute(resource.Resource, "service.name"),
                        Attribute(resource.Resource, "service.instance.id"));
                    receiver.Spans[received.SpanId] = received;
                }
            }

            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }

    private sealed class Metrics(OtlpReceiver receiver) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsServiceResponse> Export(
            ExportMetricsServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceMetrics)
            {
                var service = Attribute(resource.Resource, "service.name");
                foreach (var metric in resource.ScopeMetrics.SelectMany(static s => s.Metrics))
                {
                    receiver.Instruments[(service, metric.Name)] = metric.Unit;
                }
            }

            return Task.FromResult(new ExportMetricsServiceResponse());
        }
    }

    private sealed class Logs(OtlpReceiver receiver) : LogsService.LogsServiceBase
    {
        public override Task<ExportLogsServiceResponse> Export(
            ExportLogsServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceLogs)
            {
                var service = Attribute(resource.Resource, "service.name");
                foreach (var entry in resource.ScopeLogs.SelectMany(static s => s.LogRecords))
                {
                    receiver.Entries.Add(
                        (service, Convert.ToHexStringLower(entry.TraceId.Span), entry.Body?.StringValue ?? ""));
                }
            }

            return Task.FromResult(new ExportLogsServiceResponse());
        }
    }
}
