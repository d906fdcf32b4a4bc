using System.Diagnostics;
using System.Text.Json;
using Dapr;
using Dapr.Client;
using Grpc.Core;

namespace KoopmanMesh.Compat.Tests.Dapr;

/// <summary>
/// What the client sends is what https://docs.dapr.io/reference/api/pubsub_api/ documents for "Publish a message to a
/// given topic".
/// </summary>
public sealed class PublishTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishEvent_OfAnObject_PostsItsJson()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);

        await client.PublishEventAsync("pubsub", "orders", new Order("b-1", 3), Ct);

        var request = Assert.Single(sidecar.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/v1.0/publish/pubsub/orders", request.Target);
        Assert.Equal("application/json", request.Headers.ContentType);
        Assert.Equal("""{"id":"b-1","pieces":3}""", request.Text);
    }

    [Fact]
    public async Task PublishEvent_WithMetadata_SendsItAsQueryParameters()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);
        var metadata = new Dictionary<string, string> { ["rawPayload"] = "true", ["note"] = "a&b c" };

        await client.PublishEventAsync("pubsub", "orders", new Order("b-1", 3), metadata, Ct);

        Assert.Equal(
            "/v1.0/publish/pubsub/orders?metadata.rawPayload=true&metadata.note=a%26b%20c",
            Assert.Single(sidecar.Requests).Target);
    }

    [Fact]
    public async Task PublishEvent_OfACloudEvent_SaysThatItIsOne()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);
        var e = new CloudEvent<Order>(new Order("b-1", 3)) { Type = "order.v1", Subject = "b-1" };

        await client.PublishEventAsync("pubsub", "orders", e, Ct);

        var request = Assert.Single(sidecar.Requests);
        Assert.Equal("application/cloudevents+json", request.Headers.ContentType);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal("order.v1", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("application/json", json.RootElement.GetProperty("datacontenttype").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("data").GetProperty("pieces").GetInt32());
    }

    [Fact]
    public async Task PublishEvent_WithoutData_PostsNothing()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);

        await client.PublishEventAsync("pubsub", "orders", Ct);
        await client.PublishEventAsync("pubsub", "orders", new Dictionary<string, string> { ["a"] = "b" }, Ct);

        Assert.All(sidecar.Requests, r => Assert.Empty(r.Body));
        Assert.Equal("/v1.0/publish/pubsub/orders?metadata.a=b", sidecar.Requests.Last().Target);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/octet-stream")]
    public async Task PublishByteEvent_SendsTheBytesAsTheyAre(string contentType)
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);
        byte[] bytes = [0x7b, 0x00, 0xff, 0x7d];

        await client.PublishByteEventAsync("pubsub", "orders", bytes, contentType, cancellationToken: Ct);

        var request = Assert.Single(sidecar.Requests);
        Assert.Equal(contentType, request.Headers.ContentType);
        Assert.Equal(bytes, request.Body);
    }

    [Fact]
    public async Task PublishEvent_InATrace_SendsItsContext()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);
        using var activity = new Activity("order") { TraceStateString = "vendor=1" }.Start();

        await client.PublishEventAsync("pubsub", "orders", new Order("b-1", 3), Ct);

        var headers = Assert.Single(sidecar.Requests).Headers;
        Assert.StartsWith($"00-{activity.TraceId}-", headers.TraceParent.ToString(), StringComparison.Ordinal);
        Assert.Equal("vendor=1", headers.TraceState);
    }

    [Fact]
    public async Task ApiToken_IsSaidWithEveryCall()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = new DaprClientBuilder().UseHttpEndpoint(sidecar.Address).UseDaprApiToken("word").Build();

        await client.PublishEventAsync("pubsub", "orders", Ct);
        await client.CheckHealthAsync(Ct);

        Assert.Equal(2, sidecar.Requests.Count);
        Assert.All(sidecar.Requests, r => Assert.Equal("word", r.Headers["dapr-api-token"]));
    }

    [Theory]
    [InlineData(400, StatusCode.InvalidArgument)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.NotFound)]
    [InlineData(500, StatusCode.Internal)]
    [InlineData(503, StatusCode.Unavailable)]
    public async Task PublishEvent_ThatIsRefused_ThrowsWithTheStatusAndTheSidecarsWords(int status, StatusCode code)
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        sidecar.Status = status;
        sidecar.Answer = """{"errorCode":"ERR_PUBSUB_X","message":"it is so"}""";
        using var client = Client(sidecar);

        var thrown = await Assert.ThrowsAsync<DaprException>(
            () => client.PublishEventAsync("pubsub", "orders", new Order("b-1", 3), Ct));

        var inner = Assert.IsType<RpcException>(thrown.InnerException);
        Assert.Equal(code, inner.StatusCode);
        Assert.Contains("ERR_PUBSUB_X: it is so", inner.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishEvent_WithoutASidecar_ThrowsUnavailable()
    {
        var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);
        await sidecar.DisposeAsync();

        var thrown = await Assert.ThrowsAsync<DaprException>(() => client.PublishEventAsync("pubsub", "orders", Ct));

        Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(thrown.InnerException).StatusCode);
    }

    [Fact]
    public async Task PublishEvent_Cancelled_ThrowsThatAndNoDaprException()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.PublishEventAsync("pubsub", "orders", cancelled.Token));
    }

    [Fact]
    public async Task PublishEvent_WithoutAName_IsRefusedHere()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        using var client = Client(sidecar);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishEventAsync("", "orders", Ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishEventAsync("pubsub", "", Ct));
        Assert.Empty(sidecar.Requests);
    }

    private static DaprClient Client(RecordingSidecar sidecar) =>
        new DaprClientBuilder().UseHttpEndpoint(sidecar.Address).Build();

    private sealed record Order(string Id, int Pieces);
}
