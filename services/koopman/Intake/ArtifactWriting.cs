using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Stores what numerics writes synchronously.</summary>
internal static class ArtifactWriting
{
    public static Task<ArtifactInfo> PutAsync(
        this IArtifactStore artifacts, Action<Stream> write, CancellationToken cancellationToken) => artifacts.PutAsync(
        (stream, _) =>
        {
            write(stream);
            return Task.CompletedTask;
        },
        cancellationToken);
}
