using KoopmanMesh.ServiceDefaults.Security;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>Where a mesh is, how it is trusted, and how this client makes itself known to it.</summary>
internal sealed record MeshEndpoint(Uri Address)
{
    public ClientSecurityOptions Security { get; init; } = new();
}
