using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Credit.Runs;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Credit.Messaging;

/// <summary>Scores and audits a run whose operators are all there, unless it is scored already.</summary>
internal sealed class ScorePlannedHandler(WorkRunner work, IRunLedger ledger, RunScorer scorer)
    : IEventHandler<ScorePlanned>
{
    public Task HandleAsync(ScorePlanned e, CancellationToken ct) => work.RunAsync(
        new WorkKey(e.RunId, WorkKind.Score),
        async (_, token) => await scorer.ScoreAsync(await ledger.PeekAsync(e.RunId, token), token),
        ct);
}
