using System.Runtime.CompilerServices;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Capture.V1;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Interventions;

/// <summary>
/// Runs the audit (methods P0.12) on an even sample of the run's rows, in two passes: what each cut's units do, then
/// every intervention at every component. Memory does not grow with the rows.
/// </summary>
internal sealed class InterventionRunner(WorkspaceCache workspaces, StandInReader standIns, IRunLedger ledger)
{
    private const int RandomDraws = 5;
    private const int NoiseDraws = 1;

    public async IAsyncEnumerable<RunInterventionsResponse> RunAsync(
        string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var workspace = await workspaces.GetAsync(runId, cancellationToken);
        var rows = workspace.Data.Rows;
        var stride = Math.Max(1, (rows + workspace.Options.AuditRows - 1) / Math.Max(1, workspace.Options.AuditRows));
        using var network = new ProbedNetwork(workspace.Chain);
        using var activity = CaptureTelemetry.Source.StartActivity("capture.intervene");

        var intact = await Task.Run(
            () => IntactNetwork.Measure(workspace, network, stride, cancellationToken), cancellationToken);
        var audits = new List<ComponentAudit>();
        try
        {
            foreach (var component in workspace.Chain.Components)
            {
                var (before, after) = (workspace.Cuts[component.Index], workspace.Cuts[component.Index + 1]);
                var stand = await standIns.ReadAsync(runId, component.Index, before, after, cancellationToken);
                var interventions = Interventions(stand, intact.Statistics[component.Index]);
                audits.Add(new ComponentAudit(workspace.Chain, component, interventions, workspace.Options.Seed));
            }

            await IntervenedAsync(runId, workspace, network, stride, intact, audits, cancellationToken);
            foreach (var result in audits.SelectMany(audit => audit.Results(intact.Accuracy)))
            {
                yield return new RunInterventionsResponse
                {
                    Result = result,
                    Rows = intact.Rows,
                    Divergence = intact.Divergence.Name,
                };
            }
        }
        finally
        {
            audits.ForEach(audit => audit.Dispose());
        }
    }

    private static IReadOnlyList<Intervention> Interventions(
        IReadOnlyList<StandInIntervention> standIns, CutStatistics statistics) =>
    [
        .. standIns,
        new NoiseIntervention(0.5, statistics, NoiseDraws),
        new NoiseIntervention(1.0, statistics, NoiseDraws),
        new ResampleIntervention(true, statistics, RandomDraws),
        new ResampleIntervention(false, statistics, RandomDraws),
    ];

    private async Task IntervenedAsync(
        string runId, Workspace workspace, ProbedNetwork network, long stride, IntactNetwork intact,
        List<ComponentAudit> audits,
        CancellationToken cancellationToken)
    {
        using var feed = workspace.OpenFeed(0, workspace.Data.Rows, workspace.BatchRows, stride);
        var perBatch = audits.Sum(audit => audit.Steps);
        var batches = (int)((intact.Rows + workspace.BatchRows - 1) / workspace.BatchRows);
        var parallel = new ParallelOptions { CancellationToken = cancellationToken };
        for (var number = 0; feed.Read(); number++)
        {
            var activations = network.Capture(feed.Rows, feed.Count, cancellationToken);
            var labels = IntactNetwork.LabelsOf(workspace, feed);
            var batch = new AuditBatch(number, activations, feed.Rows, labels, intact.Divergence);
            await Task.Run(
                () => Parallel.ForEach(audits, parallel, audit => audit.Add(batch, cancellationToken)),
                cancellationToken);
            var done = (number + 1) * perBatch;
            await ledger.UpdateAsync(
                runId,
                run => run with
                {
                    Stage = RunStages.Audit,
                    Progress = run.Progress with { InterventionsDone = done, InterventionsTotal = batches * perBatch },
                },
                cancellationToken);
        }
    }
}
