using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.Fitting;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Koopman.Messaging;

/// <summary>Fits every component when the last shard is in; whoever moves the run to its fit stage does it.</summary>
internal sealed class ShardCapturedHandler(
    IRunLedger ledger,
    AccumulatorStore accumulators,
    TrajectoryStore trajectories,
    ComponentFitter fitter,
    OperatorStore operators,
    IEventBus bus) : IEventHandler<ShardCaptured>
{
    public async Task HandleAsync(ShardCaptured e, CancellationToken ct)
    {
        var claimed = false;
        var run = await ledger.UpdateAsync(
            e.RunId,
            r =>
            {
                var captured = r with { ShardsDone = r.ShardsDone.Add(e.Shard) };
                claimed = captured.AllShardsDone && r.Stage == RunStages.Capture;
                return claimed ? captured with { Stage = RunStages.Fit } : captured;
            },
            ct);
        for (var component = 0; claimed && component < e.Components; component++)
        {
            ct.ThrowIfCancellationRequested();
            var pairs = accumulators.Load(run, component);
            var fitted = fitter.Fit(pairs, trajectories.Load(run, component), run.Spec.Options, component, e.RunId, ct);
            var digest = await operators.SaveAsync(fitted, ct);
            await bus.PublishAsync(new OperatorFitted(e.RunId, component, e.Components, digest), ct);
        }
    }
}
