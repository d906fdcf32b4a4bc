using System.Text.Json;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Capture.Messaging;

/// <summary>Captures a shard, unless it is captured already.</summary>
internal sealed class ShardPlannedHandler(
    IRunLedger ledger,
    WorkspaceCache workspaces,
    ShardCapturer capturer,
    CaptureProgress progress,
    IArtifactStore artifacts,
    IEventBus bus) : IEventHandler<ShardPlanned>
{
    public async Task HandleAsync(ShardPlanned e, CancellationToken ct)
    {
        var run = await ledger.GetAsync(e.RunId, ct);
        if (run.HasEnded || run.ShardsDone.Contains(e.Shard))
        {
            return;
        }

        var workspace = await workspaces.GetAsync(e.RunId, ct);
        var summary = await capturer.CaptureAsync(workspace, e, ct);
        await progress.FlushAsync(e.RunId, ct);
        var stored = await artifacts.PutAsync(JsonSerializer.SerializeToUtf8Bytes(summary), ct);
        await ledger.UpdateAsync(
            e.RunId, r => r with { Artifacts = r.Artifacts.SetItem(CaptureSummary.NameOf(e.Shard), stored.Digest) },
            ct);
        await bus.PublishAsync(new ShardCaptured(e.RunId, e.Shard, e.Shards, e.Components, e.Rows), ct);
    }
}
