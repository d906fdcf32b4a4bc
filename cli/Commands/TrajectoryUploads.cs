using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>Several runs that are in the mesh for as long as the command needs them.</summary>
internal sealed class TrajectoryUploads(TrainingClient client, TrainingProgress progress) : IAsyncDisposable
{
    private readonly List<TrajectoryUpload> _uploads = [];

    /// <summary>Streams a run and returns its id.</summary>
    public async Task<string> AddAsync(string path, TrainingHeader header, CancellationToken cancellationToken)
    {
        using var run = new TrajectoryRun(path);
        var upload = await TrajectoryUpload.BeginAsync(client, run, header, progress, cancellationToken);
        _uploads.Add(upload);
        return upload.TrainingId;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upload in _uploads)
        {
            await upload.DisposeAsync();
        }
    }
}
