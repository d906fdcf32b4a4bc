using System.Net;
using System.Net.Http.Headers;
using KoopmanMesh.Compat.Tests.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KoopmanMesh.Compat.Tests.Calls;

/// <summary>What the server answers to requests that no proper client would send, byte by byte.</summary>
public sealed class WireTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[], string, string> BadBodies => new()
    {
        { "no message", [], "13", "takes one request but the client sent none" },
        { "half a prefix", [0, 0, 0], "13", "ended 3 bytes into a message" },
        { "half a message", [0, 0, 0, 0, 9, 1, 2], "13", "ended 7 bytes into a message" },
        { "two messages", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "13", "takes one request but the client sent more" },
        { "bad flag", [7, 0, 0, 0, 0], "13", "compression flag is 7" },
        { "flag without encoding", [1, 0, 0, 0, 0], "13", "the call's encoding is \"identity\"" },
        { "lying length", [0, 255, 255, 255, 255], "8", "4294967295 bytes, limit 4194304 bytes" },
        { "garbage", [0, 0, 0, 0, 2, 255, 255], "13", "is not a valid SayRequest" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Server_BadBody_IsRefusedWithASentence(string what, byte[] body, string status, string message)
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, response.Headers.GetValues("grpc-status").Single());
        var sent = response.Headers.GetValues("grpc-message").Single();
        Assert.True(sent.Contains(message, StringComparison.Ordinal), $"{what}: {sent}");
    }

    [Theory]
    [InlineData("grpc-timeout", "soon", "13")]
    [InlineData("grpc-timeout", "123456789S", "13")]
    [InlineData("grpc-encoding", "zstd", "12")]
    [InlineData("x-broken-bin", "***", "13")]
    public async Task Server_BadHeader_IsRefused(string name, string value, string status)
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, [0, 0, 0, 0, 0], headers => headers.Add(name, value));

        Assert.Equal(status, response.Headers.GetValues("grpc-status").Single());
        if (name == "grpc-encoding")
        {
            Assert.Equal("identity,gzip", response.Headers.GetValues("grpc-accept-encoding").Single());
        }
    }

    [Fact]
    public async Task Server_ClientDoesNotWatchItsDeadline_AnswersDeadlineExceeded()
    {
        await using var server = await TestServer.StartAsync();

        // Field 4, wait, set.
        using var response = await SendAsync(
            server, [0, 0, 0, 0, 2, 0x20, 1], headers => headers.Add("grpc-timeout", "100m"));

        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpcish", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc; charset=utf-8", HttpStatusCode.OK)]
    public async Task Server_ContentType_IsChecked(string contentType, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, [0, 0, 0, 0, 0], contentType: contentType);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Server_OkUnary_SendsStatusBehindTheMessage()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, [0, 0, 0, 0, 3, 0x0a, 1, 65]);

        Assert.Equal([0, 0, 0, 0, 3, 0x0a, 1, 65], await response.Content.ReadAsByteArrayAsync(Token));
        Assert.False(response.Headers.Contains("grpc-status"));
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Server_BinaryHeaderWithoutPaddingAndSeveralInOne_AreRead()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(
            server, [0, 0, 0, 0, 0], headers => headers.TryAddWithoutValidation("t-some-bin", "AQ, AQI,AQID"));

        await response.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(["AQ", "AQI", "AQID"], response.TrailingHeaders.GetValues("t-some-bin"));
    }

    [Fact]
    public async Task Server_Http11_IsToldToUpgrade()
    {
        await using var server = await TestServer.StartAsync(
            listen: options => options.Protocols = HttpProtocols.Http1);
        using var client = new HttpClient();
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var response = await client.PostAsync(
            server.Address + "/koopmanmesh.playground.v1.PlaygroundService/Say", content, Token);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Server_PostThatIsNotGrpcToAnUnknownPath_IsLeftToOthers()
    {
        await using var server = await TestServer.StartAsync(
            listen: options => options.Protocols = HttpProtocols.Http1);
        using var client = new HttpClient();
        using var content = new StringContent("{}");

        using var response = await client.PostAsync(server.Address + "/some/path", content, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestServer server,
        byte[] body,
        Action<HttpRequestHeaders>? headers = null,
        string contentType = "application/grpc")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, server.Address + "/koopmanmesh.playground.v1.PlaygroundService/Say")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        headers?.Invoke(request.Headers);
        return await client.SendAsync(request, Token);
    }
}
