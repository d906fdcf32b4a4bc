using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>
/// What is published is a CloudEvent as an application's own is to be:
/// https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-cloudevents/
/// </summary>
public sealed class CloudEventTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_SendsOneCloudEventWithTheRunsTrace()
    {
        await using var sidecar = await Recorder.StartAsync(204);
        await using var host = await EventHost.StartAsync(static _ => { }, sidecar.Settings);
        using var request = new Activity("request") { TraceStateString = "vendor=1" }.Start();

        await host.Bus.PublishAsync(new RunScored("r-1", "ab12"), Ct);

        var (target, contentType, body) = Assert.Single(sidecar.Requests);
        Assert.Equal("/v1.0/publish/koopmanmesh-pubsub/koopmanmesh.run.v1.run-scored", target);
        Assert.Equal("application/cloudevents+json", contentType);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("1.0", Text(json, "specversion"));
        Assert.Equal("capture", Text(json, "source"));
        Assert.Equal("koopmanmesh.run.v1.run-scored", Text(json, "type"));
        Assert.Equal("r-1", Text(json, "subject"));
        Assert.Equal("application/json", Text(json, "datacontenttype"));
        Assert.True(Guid.TryParse(Text(json, "id"), out _));
        Assert.True(DateTimeOffset.TryParse(Text(json, "time"), CultureInfo.InvariantCulture, out _));
        Assert.StartsWith($"00-{request.TraceId}-", Text(json, "traceparent"), StringComparison.Ordinal);
        Assert.Equal("vendor=1", Text(json, "tracestate"));
        Assert.Equal("""{"runId":"r-1","reportDigest":"ab12"}""", json.RootElement.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Publish_ThatFailsAtFirst_IsTriedAgainUnderTheSameId()
    {
        await using var sidecar = await Recorder.StartAsync(500, 404, 204);
        await using var host = await EventHost.StartAsync(static _ => { }, sidecar.Settings);

        await host.Bus.PublishAsync(new RunCancelled("r-1"), Ct);

        Assert.Equal(3, sidecar.Requests.Count);
        Assert.Single(sidecar.Requests.Select(static r => r.Body).Distinct());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Publish_ThatIsRefused_IsNotTriedAgain(int status)
    {
        await using var sidecar = await Recorder.StartAsync(status);
        await using var host = await EventHost.StartAsync(static _ => { }, sidecar.Settings);

        var refused = await Assert.ThrowsAsync<PreconditionException>(
            () => host.Bus.PublishAsync(new RunCancelled("r-1"), Ct).AsTask());

        Assert.Equal("EVENT_REFUSED", refused.Reason);
        Assert.Contains($"HTTP status {status}", refused.Message, StringComparison.Ordinal);
        Assert.Single(sidecar.Requests);
    }

    [Fact]
    public async Task Publish_WithAToken_SaysItAndNeverLogsIt()
    {
        await using var sidecar = await Recorder.StartAsync(500, 204);
        await using var host = await EventHost.StartAsync(
            static _ => { }, new Dictionary<string, string?>(sidecar.Settings) { ["DAPR_API_TOKEN"] = "secret-word" });

        await host.Bus.PublishAsync(new RunCancelled("r-1"), Ct);

        Assert.All(sidecar.Tokens, static t => Assert.Equal("secret-word", t));
        Assert.DoesNotContain(
            host.Logs.Entries, static e => e.Message.Contains("secret-word", StringComparison.Ordinal));
    }

    private static string? Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString();

    /// <summary>A sidecar that answers as it is told, the last answer for ever.</summary>
    private sealed class Recorder : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly int[] _answers;

        private Recorder(int[] answers)
        {
            _answers = answers;
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            _app = builder.Build();
            _app.Map("/v1.0/publish/{pubsub}/{topic}", AnswerAsync);
        }

        public List<(string Target, string? ContentType, string Body)> Requests { get; } = [];

        public List<string> Tokens { get; } = [];

        public Dictionary<string, string?> Settings => new() { ["DAPR_HTTP_ENDPOINT"] = _app.Urls.Single() };

        public static async Task<Recorder> StartAsync(params int[] answers)
        {
            var recorder = new Recorder(answers);
            await recorder._app.StartAsync(Ct);
            return recorder;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            Requests.Add((context.Request.Path, context.Request.ContentType, body));
            Tokens.Add(context.Request.Headers["dapr-api-token"].ToString());
            context.Response.StatusCode = _answers[Math.Min(Requests.Count, _answers.Length) - 1];
        }
    }
}
