using System.Text.Json;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.ML.OnnxRuntime;
using DataFormat = KoopmanMesh.Networks.Data.DataFormat;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>Puts together what the capture stage of a run found, as far as a report goes.</summary>
internal sealed class CaptureSummary(IWorkLedger work, WorkspaceCache workspaces, IArtifactStore artifacts)
{
    private const int SchemaVersion = 1;

    public async Task<Report> OfAsync(string runId, CancellationToken cancellationToken)
    {
        var workspace = await workspaces.GetAsync(runId, cancellationToken);
        var shards = await ReadAsync(runId, cancellationToken);
        var report = new Report
        {
            SchemaVersion = SchemaVersion,
            RunId = runId,
            ToolVersion = typeof(CaptureSummary).Assembly.GetName().Version!.ToString(3),
            Model = ModelMapping.ToSummary(workspace.Chain.Model, workspace.Spec.Model),
            Data = ToData(workspace),
            Options = workspace.Options,
            Accuracy = ToAccuracy(shards),
            Parity = ToParity(shards),
            Environment = new Run.V1.Environment
            {
                OnnxRuntime = OrtEnv.Instance().GetVersionString(),
                Dotnet = System.Environment.Version.ToString(),
                Cores = System.Environment.ProcessorCount,
            },
        };
        report.Components.Add(workspace.Chain.Components.Select(c => ToReport(workspace, c, shards)));
        report.Warnings.Add(workspace.Chain.Notes);
        report.Timings.Add(new StageTime { Stage = "capture", Seconds = shards.Sum(s => s.Seconds) });
        return report;
    }

    private async Task<ShardSummary[]> ReadAsync(string runId, CancellationToken cancellationToken)
    {
        var items = await work.ListAsync(runId, cancellationToken);
        var shards = new List<ShardSummary>();
        foreach (var shard in items.Where(i => i.Key.Kind == WorkKind.Shard && i.State == WorkState.Done))
        {
            var result = await ShardResult.LoadAsync(artifacts, shard.Result, cancellationToken);
            var bytes = await artifacts.ReadAllBytesAsync(result.Summary, cancellationToken);
            shards.Add(JsonSerializer.Deserialize<ShardSummary>(bytes)!);
        }

        return [.. shards];
    }

    private static DataSummary ToData(Workspace workspace)
    {
        var options = workspace.Spec.DataOptions;
        var data = new DataSummary
        {
            Name = workspace.Data.Name,
            Digest = workspace.Spec.Data.Digest,
            Format = workspace.Data.Format switch
            {
                DataFormat.Idx => "idx",
                DataFormat.Npy => "npy",
                _ => "csv",
            },
            Rows = workspace.Data.Rows,
            Scale = options.Scale == 0 ? 1 : options.Scale,
            Layout = options.Layout,
            Labelled = workspace.Labels is not null,
        };
        data.RowShape.Add(workspace.Data.RowShape.Select(side => (long)side));
        return data;
    }

    private static Accuracy? ToAccuracy(ShardSummary[] shards)
    {
        if (shards.Any(s => s.Correct is null))
        {
            return null;
        }

        var (rows, correct) = (shards.Sum(s => s.Rows), shards.Sum(s => s.Correct!.Value));
        return new Accuracy { Rows = rows, Correct = correct, Original = (double)correct / rows };
    }

    private static Parity ToParity(ShardSummary[] shards) => new()
    {
        Rows = shards.Sum(s => s.ParityRows),
        MaxRelativeDifference = shards.Max(s => s.ParityDifference),
        BitwiseEqual = shards.All(s => s.ParityBitwise),
        MaxReplayDifference = shards.Max(s => s.ReplayDifferences.Max()),
    };

    private static ComponentReport ToReport(Workspace workspace, Component component, ShardSummary[] shards)
    {
        var i = component.Index;
        var (before, after) = (workspace.Cuts[i], workspace.Cuts[i + 1]);
        var report = ModelMapping.ToReport(component);
        var minimal = workspace.Options.Alignment == Alignment.Minimal && before.Compression is null
            && component.Dense is not null;
        report.Alignment = workspace.Options.Alignment == Alignment.Minimal && !minimal
            ? Alignment.ZeroPad
            : workspace.Options.Alignment;
        report.AlignedDimension = minimal ? Math.Min(before.Width, after.Width) : Math.Max(before.Width, after.Width);
        report.ReplayDifference = shards.Max(s => s.ReplayDifferences[i]);
        report.InputEnergyLost = shards.Max(s => s.EnergyLost[i]);
        report.OutputEnergyLost = shards.Max(s => s.EnergyLost[i + 1]);
        return report;
    }
}
