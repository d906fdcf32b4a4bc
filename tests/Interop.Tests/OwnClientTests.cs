using KoopmanMesh.Interop.Client;
using KoopmanMesh.Interop.Tests.Hosting;
using KoopmanMesh.Interop.Tests.Taps;

namespace KoopmanMesh.Interop.Tests;

/// <summary>Our client against a server.</summary>
public abstract class OwnClientTests
{
    /// <summary>Enough for connections and buffers to be used again, no load test; no call is too slow.</summary>
    private static readonly SoakOptions _soak = new() { Iterations = 20, MaxLatency = TimeSpan.FromMinutes(1) };

    private readonly Servers _servers;
    private readonly Direction _direction;

    private protected OwnClientTests(Servers servers, Direction direction) =>
        (_servers, _direction) = (servers, direction);

    [Theory]
    [MemberData(nameof(Matrix.Cases), MemberType = typeof(Matrix))]
    public async Task Case_OurClientAndThisServer_Passes(string name)
    {
        await using var tap = Tap.Start(await _servers.PortAsync());

        await RunAsync(name, tap.Port, authority: null);

        Matrix.AssertFlags(_direction, name, tap.Calls);
    }

    [Theory]
    [MemberData(nameof(Matrix.Cases), MemberType = typeof(Matrix))]
    public async Task Case_OurClientAndThisServerOverTls_Passes(string name) =>
        await RunAsync(name, await _servers.TlsPortAsync(), _servers.AuthorityFile);

    private async Task RunAsync(string name, int port, string? authority)
    {
        var options = new InteropClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            CertificateAuthority = authority,
            ProbesCompression = _direction != Direction.NodeServer,
            Soak = _soak,
        };
        var result = await InteropRunner.RunAsync(name, options, TestContext.Current.CancellationToken);
        Assert.True(result.Passed, result.Detail);
    }
}

/// <summary>Our client against the official Python server.</summary>
public sealed class PythonServerTests(PythonServerTests.Peers peers)
    : OwnClientTests(peers.Servers, Direction.PythonServer), IClassFixture<PythonServerTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal Servers Servers { get; } = new(OfficialLibrary.Python);

        public ValueTask DisposeAsync() => Servers.DisposeAsync();
    }
}

/// <summary>Our client against the official Node server.</summary>
public sealed class NodeServerTests(NodeServerTests.Peers peers)
    : OwnClientTests(peers.Servers, Direction.NodeServer), IClassFixture<NodeServerTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal Servers Servers { get; } = new(OfficialLibrary.Node);

        public ValueTask DisposeAsync() => Servers.DisposeAsync();
    }
}

/// <summary>Our client against the official Go server.</summary>
public sealed class GoServerTests(GoServerTests.Peers peers)
    : OwnClientTests(peers.Servers, Direction.GoServer), IClassFixture<GoServerTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal Servers Servers { get; } = new(OfficialLibrary.Go);

        public ValueTask DisposeAsync() => Servers.DisposeAsync();
    }
}

/// <summary>Our client against our server.</summary>
public sealed class OwnServerTests(OwnServerTests.Peers peers)
    : OwnClientTests(peers.Servers, Direction.Own), IClassFixture<OwnServerTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal Servers Servers { get; } = new(library: null);

        public ValueTask DisposeAsync() => Servers.DisposeAsync();
    }
}
