namespace KoopmanMesh.Cli.Mesh;

/// <summary>
/// A mesh to talk to: the one at an endpoint, or one hosted in this process for as long as the command runs.
/// </summary>
internal sealed class MeshConnection : IAsyncDisposable
{
    private readonly MeshHost? _host;

    private MeshConnection(MeshHost? host, Uri endpoint)
    {
        _host = host;
        Client = new MeshClient(endpoint);
    }

    public MeshClient Client { get; }

    public static Task<MeshConnection> OpenAsync(Uri? endpoint, CancellationToken cancellationToken) =>
        OpenAsync(endpoint, null, cancellationToken);

    /// <summary>The same; a mesh of this process keeps its runs in <paramref name="state"/>, if given.</summary>
    public static async Task<MeshConnection> OpenAsync(
        Uri? endpoint, string? state, CancellationToken cancellationToken)
    {
        if (endpoint is not null)
        {
            return new MeshConnection(null, endpoint);
        }

        var host = await MeshHost.StartAsync(
            new MeshHostOptions { Port = 0, DataDirectory = state, Ephemeral = state is null }, cancellationToken);
        return new MeshConnection(host, host.Address);
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
