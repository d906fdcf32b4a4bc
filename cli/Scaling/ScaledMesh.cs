using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>A mesh of so many replicas that runs can be measured on.</summary>
internal sealed class ScaledMesh(int replicas, MeshEndpoint endpoint, IAsyncDisposable? mesh) : IAsyncDisposable
{
    /// <summary>Replicas of what is scaled.</summary>
    public int Replicas { get; } = replicas;

    public MeshClient Client { get; } = new(endpoint);

    /// <summary>The job's files in this mesh; set before the first run.</summary>
    public RunSpec Uploaded { get; set; } = new();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (mesh is not null)
        {
            await mesh.DisposeAsync();
        }
    }
}
