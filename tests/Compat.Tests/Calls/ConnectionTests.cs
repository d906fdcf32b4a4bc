using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using Microsoft.AspNetCore.Hosting;

namespace KoopmanMesh.Compat.Tests.Calls;

public sealed class ConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Channel_OverTls_NegotiatesHttp2()
    {
        using var certificate = MakeCertificate();
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
            presented?.GetCertHashString() == certificate.GetCertHashString();
        await using var server = await TestServer.StartAsync(listen: options => options.UseHttps(certificate));
        using var channel = GrpcChannel.ForAddress(
            server.Address.Replace("http:", "https:", StringComparison.Ordinal),
            new GrpcChannelOptions { HttpHandler = handler });

        var response = await new PlaygroundService.PlaygroundServiceClient(channel).SayAsync(
            new SayRequest { Payload = ByteString.CopyFromUtf8("secret") }, cancellationToken: Token);

        Assert.Equal("secret", response.Payload.ToStringUtf8());
    }

    [Fact]
    public async Task Channel_OverAnHttpClient_StreamsAsWell()
    {
        using var client = new HttpClient();
        await using var server = await TestServer.StartAsync(channel: new GrpcChannelOptions { HttpClient = client });

        using var call = server.Client.Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ChatRequest { Text = "hello" }, Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("hello", call.ResponseStream.Current.Text);
    }

    [Fact]
    public async Task Channel_TraceOfTheCaller_ReachesTheServer()
    {
        await using var server = await TestServer.StartAsync(
            options => options.Interceptors.Add<TraceparentInterceptor>());
        using var activity = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();

        using var call = server.Client.SayAsync(new SayRequest(), cancellationToken: Token);
        await call;

        Assert.Equal(activity.TraceId.ToHexString(), call.GetTrailers().GetValue("trace"));
    }

    [Fact]
    public void Channel_HandlerAndClientBoth_AreRefused()
    {
        using var client = new HttpClient();
        using var handler = new SocketsHttpHandler();

        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress(
            "http://localhost:1", new GrpcChannelOptions { HttpClient = client, HttpHandler = handler }));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("ftp://localhost"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "text/plain", StatusCode.Unimplemented)]
    [InlineData(HttpStatusCode.Unauthorized, "text/plain", StatusCode.Unauthenticated)]
    [InlineData(HttpStatusCode.Forbidden, "text/plain", StatusCode.PermissionDenied)]
    [InlineData(HttpStatusCode.BadGateway, "text/plain", StatusCode.Unavailable)]
    [InlineData(HttpStatusCode.BadRequest, "text/plain", StatusCode.Internal)]
    [InlineData(HttpStatusCode.OK, "text/plain", StatusCode.Unknown)]
    [InlineData(HttpStatusCode.OK, "application/grpc", StatusCode.Unknown)]
    public async Task Client_AnswerThatIsNotGrpc_BecomesAStatus(HttpStatusCode http, string type, StatusCode expected)
    {
        using var handler = new CannedHandler(http, type);
        using var channel = GrpcChannel.ForAddress(
            "http://localhost:1", new GrpcChannelOptions { HttpHandler = handler });

        using var call = new PlaygroundService.PlaygroundServiceClient(channel).SayAsync(
            new SayRequest(), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(expected, exception.StatusCode);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed class CannedHandler(HttpStatusCode status, string contentType) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status)
            {
                Content = new StringContent("", new System.Net.Http.Headers.MediaTypeHeaderValue(contentType)),
            });
    }

    private sealed class TraceparentInterceptor : Grpc.Core.Interceptors.Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            context.ResponseTrailers.Add("trace", context.RequestHeaders.GetValue("traceparent")!.Split('-')[1]);
            return continuation(request, context);
        }
    }
}
