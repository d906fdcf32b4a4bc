using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.Fitting;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Koopman.Messaging;

/// <summary>Fits the operators of a component, unless they are fitted already.</summary>
internal sealed class FitPlannedHandler(
    WorkRunner work, IRunLedger ledger, ComponentParts parts, ComponentFitter fitter, OperatorStore operators)
    : IEventHandler<FitPlanned>
{
    public Task HandleAsync(FitPlanned e, CancellationToken ct)
    {
        var key = new WorkKey(e.RunId, WorkKind.Fit, e.Component);
        return work.RunAsync(
            key,
            async (_, token) =>
            {
                var run = await ledger.PeekAsync(e.RunId, token);
                using var sums = await parts.LoadAsync(new MergeTree(run.Plan!.Shards), key, token);
                var fitted = await OwnThread.RunAsync(
                    () => fitter.Fit(
                        sums.Pairs, sums.Trajectories, run.Spec.Options, e.Component, e.RunId, token),
                    token);
                return await operators.SaveAsync(fitted, token);
            },
            ct);
    }
}
