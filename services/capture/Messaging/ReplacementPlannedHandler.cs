using Google.Protobuf;
using KoopmanMesh.Capture.Replacing;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Messaging;

/// <summary>Carries out a replacement run, or what is left of it.</summary>
internal sealed class ReplacementPlannedHandler(
    WorkRunner work, IRunLedger ledger, ReplacementRunner runner, IArtifactStore artifacts)
    : IEventHandler<ReplacementPlanned>
{
    public Task HandleAsync(ReplacementPlanned e, CancellationToken ct) => work.RunAsync(
        new WorkKey(e.RunId, WorkKind.Replacement),
        async (_, token) =>
        {
            var report = await runner.RunAsync(await ledger.GetAsync(e.RunId, token), token);
            return (await artifacts.PutAsync(report.ToByteArray(), token)).Digest;
        },
        ct);
}
