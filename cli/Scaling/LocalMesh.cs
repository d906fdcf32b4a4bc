using KoopmanMesh.Cli.Up;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>A mesh of this machine for as long as it is measured, in a folder of its own.</summary>
internal sealed class LocalMesh : IAsyncDisposable
{
    private readonly MeshSupervisor _mesh;
    private readonly DirectoryInfo _folder;

    private LocalMesh(MeshSupervisor mesh, DirectoryInfo folder) => (_mesh, _folder) = (mesh, folder);

    /// <summary>Its front door.</summary>
    public Uri Address => _mesh.Endpoint;

    /// <exception cref="CliException">It did not come up.</exception>
    public static async Task<LocalMesh> StartAsync(
        ScaleRole role, int replicas, string? sidecar, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("koopmesh-scale-");
        try
        {
            var mesh = await MeshSupervisor.StartAsync(
                new UpOptions
                {
                    Replicas = new ReplicaCounts(role.Captures(replicas), role.Koopmans(replicas), Credit: 1),
                    Folder = folder.FullName,
                    Port = 0,
                    Sidecar = sidecar,
                    LogLevel = "Warning",
                },
                cancellationToken);
            return new LocalMesh(mesh, folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
