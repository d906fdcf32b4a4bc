using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>How one run went.</summary>
/// <param name="Seconds">From submission to its end.</param>
/// <param name="Stages">Seconds by the stage that it was in.</param>
/// <param name="Work">Its pieces.</param>
/// <param name="Rows">(seconds since submission, rows captured) as they came.</param>
internal sealed record MeshRun(
    double Seconds,
    IReadOnlyDictionary<string, double> Stages,
    IReadOnlyList<WorkPiece> Work,
    IReadOnlyList<(double At, long Rows)> Rows)
{
    /// <summary>Longest piece of a kind, seconds; 0 without one.</summary>
    public double Longest(string kind) =>
        Work.Where(piece => piece.Kind == kind).Select(piece => piece.Seconds).DefaultIfEmpty().Max();
}

/// <summary>Submits jobs to a mesh as any client does.</summary>
internal sealed class MeshJobs : IDisposable
{
    private const int UploadChunk = 64 * 1024;

    private readonly GrpcChannel _channel;
    private readonly RunService.RunServiceClient _runs;

    public MeshJobs(Uri address)
    {
        _channel = GrpcChannel.ForAddress(address);
        _runs = new RunService.RunServiceClient(_channel);
    }

    /// <summary>A job over MNIST images.</summary>
    public async Task<RunSpec> UploadAsync(string model, string images, string labels) => new()
    {
        Model = await StoreAsync(model),
        Data = await StoreAsync(images),
        Labels = await StoreAsync(labels),
        DataOptions = new DataOptions { Scale = 1.0 / 255 },
        Options = new AnalysisOptions(),
    };

    /// <summary>A job over rows as they are.</summary>
    public async Task<RunSpec> UploadAsync(string model, string rows) => new()
    {
        Model = await StoreAsync(model),
        Data = await StoreAsync(rows),
        DataOptions = new DataOptions(),
        Options = new AnalysisOptions(),
    };

    public async Task<MeshRun> RunAsync(RunSpec spec)
    {
        var watch = Stopwatch.StartNew();
        var run = (await _runs.SubmitRunAsync(new SubmitRunRequest { Spec = spec })).Status;
        var stages = new Dictionary<string, double>();
        var rows = new List<(double At, long Rows)>();
        var (stage, since) = ("submit", 0.0);
        using var call = _runs.WatchRun(new WatchRunRequest { RunId = run.RunId });
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            run = response.Status;
            var now = watch.Elapsed.TotalSeconds;
            rows.Add((now, run.RowsCaptured));
            if (run.Stage != stage)
            {
                stages[stage] = stages.GetValueOrDefault(stage) + now - since;
                (stage, since) = (run.Stage, now);
            }
        }

        var seconds = watch.Elapsed.TotalSeconds;
        if (run.State != RunState.Succeeded)
        {
            throw new InvalidOperationException($"run {run.RunId} is {run.State}: {run.Error}");
        }

        var work = await _runs.GetRunWorkAsync(new GetRunWorkRequest { RunId = run.RunId });
        return new MeshRun(seconds, stages, work.Work, rows);
    }

    public void Dispose() => _channel.Dispose();

    private async Task<ArtifactRef> StoreAsync(string path)
    {
        var name = Path.GetFileName(path);
        using var call = _runs.UploadArtifact();
        await call.RequestStream.WriteAsync(new UploadArtifactRequest { Header = new ArtifactHeader { Name = name } });
        await using var file = File.OpenRead(path);
        var buffer = new byte[UploadChunk];
        int read;
        while ((read = await file.ReadAsync(buffer)) > 0)
        {
            await call.RequestStream.WriteAsync(
                new UploadArtifactRequest { Data = ByteString.CopyFrom(buffer, 0, read) });
        }

        await call.RequestStream.CompleteAsync();
        return new ArtifactRef { Digest = (await call.ResponseAsync).Digest, Name = name };
    }
}
