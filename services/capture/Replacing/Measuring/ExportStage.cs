using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Fitting;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>Exports the front and measures it from the files.</summary>
internal sealed class ExportStage(HybridMeasurer measurer, UnstableCounter unstable, ReplacementProgress progress)
{
    public async Task<IReadOnlyList<ExportedHybrid>> RunAsync(
        ReplacementJob job, IReadOnlyList<StandInOffer> offers, PlanResult plan, CancellationToken cancellationToken)
    {
        var eligible = plan.Evaluations.Where(e =>
            (!job.Named || e.Plan.Offers.Length == job.Regions.Count)
            && e.Plan.Offers.All(offer => LiftChoice.IsAskedFor(job.Options, offer)));
        var front = Fronts.Of(eligible, job.Named ? null : plan.Original);
        var chosen = Exports.Of(front, plan.Original, job.Options);
        await progress.StageAsync(job.RunId, RunStages.Export, chosen.Count, cancellationToken);
        if (front.Count > chosen.Count)
        {
            job.Warnings.Add($"the front has {front.Count} candidates; {chosen.Count} were exported: the "
                + "cheapest within the budget and those of the best score");
        }

        var exported = new List<ExportedHybrid>();
        var last = "";
        foreach (var evaluation in chosen)
        {
            var count = await unstable.OfAsync(job, evaluation.Plan, cancellationToken);
            var counted = count.Refusal.Length > 0 ? evaluation : evaluation with { UnstableRelus = count.Unstable };
            var hybrid = await measurer.MeasureAsync(
                job, counted, Baselines(evaluation.Plan, offers), cancellationToken);
            count.WriteTo(hybrid.Report.Costs);
            if (hybrid.Report.OwnEvaluationDifference <= OwnEvaluation.Tolerance)
            {
                await Task.Run(() => HybridMeasurer.Time(job, hybrid, cancellationToken), cancellationToken);
                exported.Add(hybrid);
                job.Warnings.AddRange(evaluation.Plan.Offers.SelectMany(
                    offer => offer.Warnings.Select(warning => $"{offer.Id}: {warning}")));
            }
            else
            {
                last = Refusal(hybrid);
                job.Warnings.Add($"{last}; it was left out");
            }

            await progress.AdvanceAsync(job.RunId, 1, cancellationToken);
        }

        return exported.Count > 0 || chosen.Count == 0
            ? exported
            : throw new PreconditionException("HYBRID_INEXACT", job.RunId, $"{last}, and so do all others");
    }

    /// <summary>The plain ones of the same regions.</summary>
    private static List<(string Name, HybridPlan Plan)> Baselines(HybridPlan plan, IReadOnlyList<StandInOffer> offers)
    {
        var baselines = new List<(string, HybridPlan)>();
        foreach (var role in (string[])[Roles.Affine, Roles.Skip])
        {
            var regions = plan.Offers.Select(offer => offer.Region).ToList();
            var parts = offers.Where(offer => offer.Role == role && regions.Contains(offer.Region)).ToList();
            if (parts.Count == regions.Count)
            {
                baselines.Add((role, new HybridPlan([.. parts.OrderBy(part => part.Region.First)])));
            }
        }

        return baselines;
    }

    private static string Refusal(ExportedHybrid hybrid) =>
        $"the file of the hybrid that replaces {hybrid.Evaluation.Plan.Sentence} differs by "
        + FormattableString.Invariant($"{hybrid.Report.OwnEvaluationDifference:0.0e+0} relative from our own ")
        + FormattableString.Invariant($"evaluation in double, allowed is {OwnEvaluation.Tolerance:0e+0}: float32 has ")
        + "not the digits it takes";
}
