using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using KoopmanMesh.Interop.Client;
using KoopmanMesh.Interop.Server;
using KoopmanMesh.Interop.Tests.Hosting;

namespace KoopmanMesh.Interop.Tests;

/// <summary>What the published test has servers do beside what the cases ask of them.</summary>
public sealed class OwnServerFeatureTests : IAsyncLifetime
{
    private OwnServer _server = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestService.TestServiceClient Client => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _server = await OwnServer.StartAsync();
        _channel = InteropChannel.Create(new InteropClientOptions { Host = "127.0.0.1", Port = _server.Port });
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task HalfDuplexCall_RequestsEnd_ThenAllResponsesCome()
    {
        using var call = Client.HalfDuplexCall(cancellationToken: Token);
        await call.RequestStream.WriteAsync(Payloads.Ask(responseBytes: 9, requestBytes: 8), Token);
        var first = call.ResponseStream.MoveNext(Token);
        await call.RequestStream.WriteAsync(Payloads.Ask(responseBytes: 2653, requestBytes: 1828), Token);
        Assert.False(first.IsCompleted);

        await call.RequestStream.CompleteAsync();

        Assert.True(await first);
        Expect.Zeros(9, call.ResponseStream.Current.Payload);
        await StreamingCases.ReadAsync(call.ResponseStream, [2653], Token);
    }

    [Fact]
    public async Task StreamingOutputCall_Interval_IsWaitedBeforeTheResponse()
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters = { new ResponseParameters { Size = 1, IntervalUs = 50_000 } },
        };
        var begin = Stopwatch.GetTimestamp();

        using var call = Client.StreamingOutputCall(request, cancellationToken: Token);
        await StreamingCases.ReadAsync(call.ResponseStream, [1], Token);

        // Timers may fire a few milliseconds early by another clock's count.
        Assert.True(Stopwatch.GetElapsedTime(begin) >= TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public async Task EmptyCall_CertificateOfAnotherAuthority_IsRefusedByTheClient()
    {
        using var certificates = new Certificates();
        using var others = new Certificates();
        await using var server = await OwnServer.StartAsync(certificates);
        var options = new InteropClientOptions
        {
            Host = "127.0.0.1",
            Port = server.Port,
            CertificateAuthority = others.AuthorityFile,
        };

        var result = await InteropRunner.RunAsync("empty_unary", options, Token);

        Assert.False(result.Passed);
        Assert.Contains("certificate is invalid", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(InteropTestService.MaxPayloadBytes + 1)]
    public async Task UnaryCall_PayloadThatIsNotMade_IsInvalidArgument(int size)
    {
        using var call = Client.UnaryCallAsync(new SimpleRequest { ResponseSize = size }, cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Equal(
            $"A payload of {size} bytes was asked for; this server makes 0 to 8388608.", exception.Status.Detail);
    }
}
