using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Koopman.Messaging;

/// <summary>Adds up some accumulators of a component, unless they are added up already.</summary>
internal sealed class MergePlannedHandler(
    WorkRunner work, IRunLedger ledger, ComponentParts parts, AccumulatorStore accumulators)
    : IEventHandler<MergePlanned>
{
    public Task HandleAsync(MergePlanned e, CancellationToken ct)
    {
        var key = new WorkKey(e.RunId, WorkKind.Merge, e.Component, e.Level, e.Index);
        return work.RunAsync(
            key,
            async (_, token) =>
            {
                using var activity = KoopmanTelemetry.Source.StartActivity("koopman.merge");
                activity?.SetTag(KoopmanTelemetry.RunTag, e.RunId);
                activity?.SetTag(KoopmanTelemetry.ComponentTag, e.Component);
                var run = await ledger.PeekAsync(e.RunId, token);
                using var sums = await parts.MergeAsync(new MergeTree(run.Plan!.Shards), key, token);
                return await accumulators.SaveAsync(sums.Pairs.Accumulator, token);
            },
            ct);
    }
}
