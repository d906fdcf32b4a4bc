using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>What planning came to.</summary>
/// <param name="Original">The original on the same rows.</param>
/// <param name="Evaluations">Everything evaluated, in order.</param>
internal sealed record PlanResult(Evaluation Original, IReadOnlyList<Evaluation> Evaluations);

/// <summary>Searches over combinations, evaluating none twice, and counts the ReLUs of those that may be best.</summary>
internal sealed class PlanStage(
    CandidateEvaluator evaluator, FrontCounter counter, Checkpoints checkpoints, ReplacementProgress progress)
{
    public async Task<PlanResult> RunAsync(
        ReplacementJob job, ProbedNetwork network, IReadOnlyList<StandInOffer> offers,
        CancellationToken cancellationToken)
    {
        var limit = job.Options.Candidates;
        var steps = job.Regions.Count > 1 ? limit : Math.Min(limit, offers.Count);
        await progress.StageAsync(job.RunId, RunStages.Plan, steps, cancellationToken);
        var original = CandidateEvaluator.Original(job, network, cancellationToken);
        var space = new SearchSpace(
            offers, job.Named ? job.Regions : [], job.Operations, original.Score, limit);
        var search = new BeamSearch(space, plans => EvaluateAsync(job, network, plans, cancellationToken));
        var evaluations = await search.RunAsync();
        var wild = evaluations.Count(e => double.IsInfinity(e.Score));
        if (wild > 0)
        {
            job.Warnings.Add($"{wild} candidates give outputs that are not finite and were left out");
        }

        var plan = new PlanResult(original, [.. evaluations.Where(e => double.IsFinite(e.Score))]);
        return await counter.CountAsync(job, plan, cancellationToken);
    }

    private async Task<IReadOnlyList<Evaluation>> EvaluateAsync(
        ReplacementJob job, ProbedNetwork network, IReadOnlyList<HybridPlan> plans,
        CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, Evaluation>(StringComparer.Ordinal);
        foreach (var plan in plans)
        {
            if (await checkpoints.FindAsync<ScoredPlan>(job.RunId, NameOf(plan), cancellationToken) is { } scored)
            {
                known[plan.Id] = new Evaluation(plan, scored.Score, scored.Operations, scored.Parameters);
            }
        }

        await progress.AdvanceAsync(job.RunId, known.Count, cancellationToken);
        var fresh = plans.Where(plan => !known.ContainsKey(plan.Id));
        foreach (var some in fresh.Chunk(CandidateEvaluator.PlansAtOnce(job.Model)))
        {
            using var activity = CaptureTelemetry.Source.StartActivity("capture.evaluate");
            activity?.SetTag(CaptureTelemetry.CandidatesTag, some.Length);
            var evaluations = await evaluator.EvaluateAsync(job, network, some, cancellationToken);
            foreach (var evaluation in evaluations)
            {
                known[evaluation.Plan.Id] = evaluation;
            }

            await checkpoints.RecordAsync(
                job.RunId,
                evaluations.Select(e => (NameOf(e.Plan), new ScoredPlan(e.Score, e.Operations, e.Parameters))),
                cancellationToken);
            await progress.AdvanceAsync(job.RunId, some.Length, cancellationToken);
        }

        return [.. plans.Select(plan => known[plan.Id])];
    }

    private static string NameOf(HybridPlan plan) => $"candidate:{plan.Id}";

    /// <summary>An evaluation as it is recorded.</summary>
    private sealed record ScoredPlan(double Score, long Operations, long Parameters);
}
