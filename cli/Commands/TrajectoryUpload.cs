using Grpc.Core;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>A run that is in the mesh for as long as the command needs it, under a name of its own.</summary>
internal sealed class TrajectoryUpload : IAsyncDisposable
{
    private readonly TrainingClient _client;

    private TrajectoryUpload(TrainingClient client, string name) =>
        (_client, TrainingId) = (client, $"{name}-{Guid.NewGuid():N}");

    public string TrainingId { get; }

    public TrainingReport Report { get; private set; } = new();

    /// <summary>Streams a run with the options that <paramref name="header"/> has.</summary>
    public static async Task<TrajectoryUpload> BeginAsync(
        TrainingClient client, TrajectoryRun run, TrainingHeader header, TrainingProgress progress,
        CancellationToken cancellationToken)
    {
        var upload = new TrajectoryUpload(client, run.Name);
        try
        {
            header.TrainingId = upload.TrainingId;
            upload.Report = await progress.ShowAsync(run.Snapshots, (sent, told) => client.WatchAsync(
                run.Requests(header, sent), told, cancellationToken));
            return upload;
        }
        catch
        {
            await upload.DisposeAsync();
            throw;
        }
    }

    /// <summary>The options of an upload that only stores a run, for a call that follows: hardly a window.</summary>
    public static TrainingHeader StoreOnly() =>
        new() { Backtest = -1, Window = new WindowOptions { Hop = 1024 } };

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.DeleteAsync(TrainingId, CancellationToken.None);
        }
        catch (RpcException)
        {
            // What ended the command is worth telling, not that the mesh is gone, too.
        }
    }
}
