namespace KoopmanMesh.Cli.Mesh;

/// <summary>
/// A mesh to talk to: the one at an endpoint, or one hosted in this process for as long as the command runs.
/// </summary>
internal sealed class MeshConnection : IAsyncDisposable
{
    private readonly MeshHost? _host;

    private MeshConnection(MeshHost? host, MeshEndpoint endpoint)
    {
        _host = host;
        Client = new MeshClient(endpoint);
    }

    public MeshClient Client { get; }

    public static Task<MeshConnection> OpenAsync(MeshEndpoint? endpoint, CancellationToken cancellationToken) =>
        OpenAsync(endpoint, null, cancellationToken);

    /// <summary>The same; a mesh of this process keeps its runs in <paramref name="state"/>, if given.</summary>
    public static async Task<MeshConnection> OpenAsync(
        MeshEndpoint? endpoint, string? state, CancellationToken cancellationToken)
    {
        if (endpoint is not null)
        {
            return new MeshConnection(null, endpoint);
        }

        var host = await MeshHost.StartAsync(
            new MeshHostOptions { Port = 0, DataDirectory = state, Ephemeral = state is null, Private = true },
            cancellationToken);
        return new MeshConnection(host, new MeshEndpoint(host.Address));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
