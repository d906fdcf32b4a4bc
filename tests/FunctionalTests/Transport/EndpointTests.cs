using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using KoopmanMesh.Cli;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Run.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.FunctionalTests.Transport;

/// <summary>How the command line calls a mesh elsewhere, seen from that mesh.</summary>
public sealed class EndpointTests(MeshFixture files) : IAsyncLifetime
{
    private readonly Calls _calls = new();
    private WebApplication? _mesh;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Port => new Uri(_mesh!.Urls.First()).Port;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(_calls);
        builder.Services.AddGrpc();
        _mesh = builder.Build();
        _mesh.MapGrpcService<Recorder>();
        await _mesh.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }

    [Fact]
    public async Task Calls_HaveADeadlineOfTheirKind()
    {
        using var client = new MeshClient(new Uri($"http://127.0.0.1:{Port}"));

        await client.DescribeAsync(new ArtifactRef(), Granularity.Unspecified, Token);
        await foreach (var _ in client.WatchAsync("run", Token))
        {
        }

        Assert.InRange(_calls.TimeoutOf("DescribeModel"), TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        Assert.InRange(_calls.TimeoutOf("WatchRun"), TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Call_ThatFoundTheMeshUnavailable_IsMadeAgain()
    {
        _calls.Refused = 2;
        using var client = new MeshClient(new Uri($"http://127.0.0.1:{Port}"));

        await client.DescribeAsync(new ArtifactRef(), Granularity.Unspecified, Token);

        Assert.Equal(3, _calls.Timeouts.Count);
    }

    [Fact]
    public async Task Endpoint_MayBeANameOfSeveralAddresses()
    {
        var result = await ComponentsAsync($"dns:///localhost:{Port}");

        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        Assert.Equal(["UploadArtifact", "DescribeModel"], _calls.Timeouts.Select(call => call.Method));
    }

    [Fact]
    public async Task Token_ToANameWithoutTls_IsNotSent()
    {
        var result = await ComponentsAsync(
            $"dns:///localhost:{Port}", "--token-file", files.Write("token", "secret"u8.ToArray()));

        Assert.Contains("without TLS", result.Error, StringComparison.Ordinal);
        Assert.Empty(_calls.Timeouts);
    }

    [Theory]
    [InlineData("localhost:7070")]
    [InlineData("ftp://localhost:7070")]
    [InlineData("http://localhost:7070/path")]
    [InlineData("dns://8.8.8.8/mesh:7070")]
    [InlineData("dns:///")]
    [InlineData("dns:///mesh/7070")]
    public async Task Endpoint_ThatIsNone_IsAMisuse(string endpoint)
    {
        var result = await ComponentsAsync(endpoint);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains($"--endpoint got '{endpoint}'; expected a URL such as", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authority_OfAnEndpointWithoutTls_IsAMisuse()
    {
        var result = await ComponentsAsync("http://localhost:7070", "--ca", "authority.pem");

        Assert.Equal(
            (ExitCodes.Usage, "koopmesh: --ca is for TLS, which http://localhost:7070 has none of; say https://\n"),
            (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("--ca")]
    [InlineData("--token-file")]
    public async Task File_ThatIsNotThere_IsNamedByItsFlag(string flag)
    {
        var result = await ComponentsAsync("https://localhost:7070", flag, "nowhere.pem");

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        Assert.StartsWith(
            $"koopmesh: {flag} is 'nowhere.pem', which can't be read", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://name.invalid:7070")]
    [InlineData("dns:///name.invalid:7070")]
    public async Task Endpoint_ThatNobodyIsAt_SaysTheWayOut(string endpoint)
    {
        var result = await ComponentsAsync(endpoint);

        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.StartsWith("koopmesh: the mesh does not answer (", result.Error, StringComparison.Ordinal);
        Assert.Contains("start one with 'koopmesh serve'", result.Error, StringComparison.Ordinal);
    }

    // As an endpoint behind TLS does, or one that is something else.
    [Fact]
    public async Task Endpoint_ThatSpeaksNoHttp2_IsUnreachable_AndSaysWhatItMayBe()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);

        var result = await ComponentsAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.Contains("is no mesh, or one behind TLS that https:// reaches", result.Error, StringComparison.Ordinal);
        listener.Stop();
        await answering;
    }

    [Fact]
    public async Task RefusalOfTheMeshAsUnavailable_IsToldInItsOwnWords()
    {
        _calls.Refused = int.MaxValue;

        var result = await ComponentsAsync($"http://127.0.0.1:{Port}");

        Assert.Equal((ExitCodes.Unreachable, "koopmesh: not yet\n"), (result.ExitCode, result.Error));
    }

    // Closes each connection with an alert of TLS, until nobody listens any more.
    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(Token);
                await client.GetStream().WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, 40 }, Token);
            }
        }
        catch (SocketException)
        {
            // It was stopped.
        }
    }

    private Task<CommandResult> ComponentsAsync(string endpoint, params string[] options) =>
        CommandLine.RunAsync(["components", files.Write("any.onnx", [1]), "--endpoint", endpoint, .. options]);

    /// <summary>What the mesh was asked, and how often it refuses first.</summary>
    private sealed class Calls
    {
        private int _refused;

        public int Refused { set => _refused = value; }

        public ConcurrentQueue<(string Method, string Timeout)> Timeouts { get; } = new();

        public bool IsRefused => Interlocked.Decrement(ref _refused) >= 0;

        public TimeSpan TimeoutOf(string method)
        {
            var timeout = Timeouts.Single(call => call.Method == method).Timeout;
            var value = long.Parse(timeout[..^1], CultureInfo.InvariantCulture);
            return timeout[^1] switch
            {
                'H' => TimeSpan.FromHours(value),
                'M' => TimeSpan.FromMinutes(value),
                'S' => TimeSpan.FromSeconds(value),
                'm' => TimeSpan.FromMilliseconds(value),
                'u' => TimeSpan.FromMicroseconds(value),
                _ => TimeSpan.FromMicroseconds(value / 1000),
            };
        }
    }

    private sealed class Recorder(Calls calls) : RunService.RunServiceBase
    {
        public override async Task<UploadArtifactResponse> UploadArtifact(
            IAsyncStreamReader<UploadArtifactRequest> requestStream, ServerCallContext context)
        {
            Record(context);
            await foreach (var _ in requestStream.ReadAllAsync(context.CancellationToken))
            {
            }

            return new UploadArtifactResponse();
        }

        public override Task<DescribeModelResponse> DescribeModel(
            DescribeModelRequest request, ServerCallContext context)
        {
            Record(context);
            return calls.IsRefused
                ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
                : Task.FromResult(new DescribeModelResponse());
        }

        public override Task WatchRun(
            WatchRunRequest request, IServerStreamWriter<WatchRunResponse> responseStream, ServerCallContext context)
        {
            Record(context);
            return Task.CompletedTask;
        }

        private void Record(ServerCallContext context) => calls.Timeouts.Enqueue(
            (context.Method.Split('/')[^1], context.GetHttpContext().Request.Headers["grpc-timeout"].ToString()));
    }
}
