using KoopmanMesh.Capture.Replacing.Measuring;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing.Bounding;

/// <summary>
/// Counts unstable ReLUs of the candidates that can be on the front, so that they shape it: the best layers of the
/// front by score, operations and parameters, and of the affine stand-ins alone, which have no ReLUs of their own.
/// Others compete without a count. A count takes a pass of affine forms through the network, so that large networks get
/// theirs for exported hybrids only.
/// </summary>
internal sealed class FrontCounter(UnstableCounter counter, ReplacementProgress progress)
{
    private const int MostCounted = 32;
    private const int MostAffine = 16;
    private const long MostOperations = 2_000_000;

    public async Task<PlanResult> CountAsync(ReplacementJob job, PlanResult plan, CancellationToken cancellationToken)
    {
        if (job.Operations > MostOperations)
        {
            job.Warnings.Add(
                $"a row takes {job.Operations} operations, more than the {MostOperations} up to which unstable ReLUs "
                + "shape the front; they are counted for exported hybrids alone");
            return plan;
        }

        var original = await counter.OfOriginalAsync(job, cancellationToken);
        if (original.Refusal.Length > 0)
        {
            return plan;
        }

        var worth = Worth(plan.Evaluations);
        await progress.StageAsync(job.RunId, RunStages.Plan, worth.Count, cancellationToken);
        var counted = new List<Evaluation>(plan.Evaluations.Count);
        foreach (var evaluation in plan.Evaluations)
        {
            counted.Add(evaluation);
            if (worth.Contains(evaluation))
            {
                var count = await counter.OfAsync(job, evaluation.Plan, cancellationToken);
                counted[^1] = count.Refusal.Length > 0
                    ? evaluation
                    : evaluation with { UnstableRelus = count.Unstable };
                await progress.AdvanceAsync(job.RunId, 1, cancellationToken);
            }
        }

        return new PlanResult(plan.Original with { UnstableRelus = original.Unstable }, counted);
    }

    /// <summary>Those that are counted.</summary>
    internal static HashSet<Evaluation> Worth(IReadOnlyList<Evaluation> evaluations)
    {
        var affine = evaluations.Where(e => e.Plan.Offers.All(offer => offer.Lift == Roles.Affine));
        return
        [
            .. ParetoFront.InLayers(evaluations, Losses).Take(MostCounted),
            .. ParetoFront.InLayers([.. affine], Losses).Take(MostAffine),
        ];
    }

    private static double[] Losses(Evaluation e) => [-e.Score, e.Operations, e.Parameters];
}
