namespace KoopmanMesh.Cli.Mesh;

/// <summary>
/// A mesh to talk to: the one at an endpoint, or one hosted in this process for as long as the command runs.
/// </summary>
internal sealed class MeshConnection : IAsyncDisposable
{
    // What would be kept goes with the temporary folder.
    private static readonly Dictionary<string, string?> _keepsNoTraces = new() { ["Telemetry:KeepTraces"] = "false" };

    private static readonly Dictionary<string, string?> _reads = new(_keepsNoTraces) { ["Work:Reconcile"] = "false" };

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
            new MeshHostOptions
            {
                Port = 0,
                DataDirectory = state,
                Ephemeral = state is null,
                Private = true,
                Settings = state is null ? _keepsNoTraces : new Dictionary<string, string?>(),
            },
            cancellationToken);
        return new MeshConnection(host, new MeshEndpoint(host.Address));
    }

    /// <summary>
    /// A mesh of this process that shows what a folder holds (null: the user's data folder) and goes on with nothing.
    /// </summary>
    public static async Task<MeshConnection> OpenToReadAsync(string? state, CancellationToken cancellationToken)
    {
        var host = await MeshHost.StartAsync(
            new MeshHostOptions { Port = 0, DataDirectory = state, Private = true, Settings = _reads },
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
