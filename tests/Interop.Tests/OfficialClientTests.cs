using KoopmanMesh.Interop.Tests.Hosting;
using KoopmanMesh.Interop.Tests.Taps;

namespace KoopmanMesh.Interop.Tests;

/// <summary>An official client against our server.</summary>
public abstract class OfficialClientTests
{
    private readonly OfficialClients _clients;
    private readonly Direction _direction;

    private protected OfficialClientTests(OfficialClients clients, Direction direction) =>
        (_clients, _direction) = (clients, direction);

    [Theory]
    [MemberData(nameof(Matrix.Cases), MemberType = typeof(Matrix))]
    public async Task Case_OfficialClientAndOurServer_Passes(string name)
    {
        await using var tap = Tap.Start(await _clients.ServerPortAsync());

        await _clients.RunAsync(name, tap.Port);

        Matrix.AssertFlags(_direction, name, tap.Calls);
    }

    [Theory]
    [MemberData(nameof(Matrix.Cases), MemberType = typeof(Matrix))]
    public Task Case_OfficialClientAndOurServerOverTls_Passes(string name) => _clients.RunOverTlsAsync(name);
}

/// <summary>The official Python client against our server.</summary>
public sealed class PythonClientTests(PythonClientTests.Peers peers)
    : OfficialClientTests(peers.Clients, Direction.PythonClient), IClassFixture<PythonClientTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal OfficialClients Clients { get; } = new(OfficialLibrary.Python);

        public ValueTask DisposeAsync() => Clients.DisposeAsync();
    }
}

/// <summary>The official Node client against our server.</summary>
public sealed class NodeClientTests(NodeClientTests.Peers peers)
    : OfficialClientTests(peers.Clients, Direction.NodeClient), IClassFixture<NodeClientTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal OfficialClients Clients { get; } = new(OfficialLibrary.Node);

        public ValueTask DisposeAsync() => Clients.DisposeAsync();
    }
}

/// <summary>The official Go client against our server.</summary>
public sealed class GoClientTests(GoClientTests.Peers peers)
    : OfficialClientTests(peers.Clients, Direction.GoClient), IClassFixture<GoClientTests.Peers>
{
    public sealed class Peers : IAsyncDisposable
    {
        internal OfficialClients Clients { get; } = new(OfficialLibrary.Go);

        public ValueTask DisposeAsync() => Clients.DisposeAsync();
    }
}
