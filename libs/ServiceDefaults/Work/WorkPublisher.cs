using System.Diagnostics;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>Says that work is ready, to whoever can do it.</summary>
internal sealed class WorkPublisher(IEventBus bus, ErrorCatalog errors, ILogger<WorkPublisher> logger)
{
    /// <summary>
    /// Publishes the event of a piece of work, under the run's trace. What can't be published now is found again by
    /// reconciliation: the ledger has the work. Returns whether it was published.
    /// </summary>
    internal async Task<bool> PublishAsync(RunRecord run, WorkKey key, CancellationToken ct)
    {
        using var activity = UnderTheRunsTrace(run);
        try
        {
            await PublishAsync(run.Plan!, key, ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException
            && errors.Describe(e) is { Kind: ErrorKind.Unavailable or ErrorKind.DeadlineExceeded } error)
        {
            Log.WorkNotPublished(logger, key.Name, run.RunId, error.Message);
            return false;
        }
    }

    private ValueTask PublishAsync(RunPlan plan, WorkKey key, CancellationToken ct)
    {
        var (first, rows) = plan.RangeOf(key.Index);
        return key.Kind switch
        {
            WorkKind.Shard => bus.PublishAsync(
                new ShardPlanned(key.RunId, key.Index, plan.Shards, plan.Components, first, rows), ct),
            WorkKind.Merge => bus.PublishAsync(
                new MergePlanned(key.RunId, key.Component, key.Level, key.Index), ct),
            WorkKind.Fit => bus.PublishAsync(new FitPlanned(key.RunId, key.Component), ct),
            WorkKind.Score => bus.PublishAsync(new ScorePlanned(key.RunId), ct),
            _ => bus.PublishAsync(new ReplacementPlanned(key.RunId), ct),
        };
    }

    // Reconciliation works under no run's trace; what it publishes belongs to the run's.
    private static Activity? UnderTheRunsTrace(RunRecord run) =>
        Activity.Current?.TraceId.ToHexString() != run.TraceId
            ? WorkTelemetry.Source.StartUnder(run, "republish")
            : null;
}
