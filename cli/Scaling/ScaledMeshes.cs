using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Mesh;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>
/// The meshes of a study, all up at once: those that are not measured only wait, and the trials can alternate.
/// </summary>
internal sealed class ScaledMeshes : IAsyncDisposable
{
    private readonly List<ScaledMesh> _meshes = [];

    private ScaledMeshes()
    {
    }

    /// <summary>Fewest replicas first.</summary>
    public IReadOnlyList<ScaledMesh> All => _meshes;

    public static async Task<ScaledMeshes> OpenAsync(
        ScaleSettings settings, Action<string> tell, CancellationToken cancellationToken)
    {
        var meshes = new ScaledMeshes();
        try
        {
            if (settings.Endpoints.Count > 0)
            {
                meshes._meshes.AddRange(settings.Replicas.Zip(settings.Endpoints).OrderBy(pair => pair.First).Select(
                    pair => new ScaledMesh(pair.First, pair.Second, null)));
                return meshes;
            }

            foreach (var replicas in settings.Replicas.Order())
            {
                var mesh = await LocalMesh.StartAsync(settings.Role, replicas, settings.Sidecar, cancellationToken);
                meshes._meshes.Add(new ScaledMesh(replicas, new MeshEndpoint(mesh.Address), mesh));
                tell(FormattableString.Invariant($"started a mesh of {replicas} replicas at {mesh.Address}"));
            }

            return meshes;
        }
        catch
        {
            await meshes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mesh in _meshes)
        {
            await mesh.DisposeAsync();
        }
    }
}
