using System.Text.Json;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Messaging;

/// <summary>Captures a shard, unless it is captured already.</summary>
internal sealed class ShardPlannedHandler(
    WorkRunner work, WorkspaceCache workspaces, ShardCapturer capturer, IArtifactStore artifacts)
    : IEventHandler<ShardPlanned>
{
    public Task HandleAsync(ShardPlanned e, CancellationToken ct) => work.RunAsync(
        new WorkKey(e.RunId, WorkKind.Shard, Index: e.Shard),
        async (attempt, token) =>
        {
            var workspace = await workspaces.GetAsync(e.RunId, token);
            var captured = await capturer.CaptureAsync(workspace, e, attempt, token);
            var summary = await artifacts.PutAsync(JsonSerializer.SerializeToUtf8Bytes(captured.Summary), token);
            return await new ShardResult(summary.Digest, captured.Components).SaveAsync(artifacts, token);
        },
        ct);
}
