using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>Fits the stand-ins of every region, but those that are there already.</summary>
internal sealed class FitStage(RegionFitter fitter, Checkpoints checkpoints, ReplacementProgress progress)
{
    public async Task<IReadOnlyList<StandInOffer>> RunAsync(
        ReplacementJob job, ProbedNetwork network, CancellationToken cancellationToken)
    {
        await progress.StageAsync(job.RunId, RunStages.Fit, job.Regions.Count, cancellationToken);
        var (offers, refusals) = (new List<StandInOffer>(), new List<string>());
        foreach (var region in job.Regions)
        {
            var name = $"stand-ins:{region.Name}";
            var fit = await checkpoints.FindAsync<RegionFit>(job.RunId, name, cancellationToken);
            if (fit is null)
            {
                using var activity = CaptureTelemetry.Source.StartActivity("capture.fit-region");
                fit = await fitter.FitAsync(job, network, region, cancellationToken);
                await checkpoints.RecordAsync(job.RunId, [(name, fit)], cancellationToken);
            }

            var some = fit.StandIns.Select(standIn => ToOffer(region, fit, standIn)).ToList();
            offers.AddRange(some);
            refusals.AddRange(fit.Refusals);
            if (!some.Any(offer => LiftChoice.IsAskedFor(job.Options, offer)))
            {
                throw new PreconditionException(
                    "NO_STAND_IN", job.RunId,
                    $"nothing that was asked for can stand in for {region.Name}: {string.Join(' ', fit.Refusals)}");
            }

            await progress.AdvanceAsync(job.RunId, 1, cancellationToken);
        }

        // Of what the user asked for by name every refusal matters; of what the planner tried, that there were any.
        job.Warnings.AddRange(job.Named || refusals.Count <= 1
            ? refusals
            : [$"{refusals.Count} stand-ins were left out, the first of them: {refusals[0]}"]);
        return offers;
    }

    private static StandInOffer ToOffer(Region region, RegionFit fit, FittedStandIn standIn) => new(
        region, standIn.Lift, standIn.AskedRank, standIn.Rank, standIn.Observables, standIn.HeldOutError,
        fit.Operations - standIn.Operations, standIn.Digest, standIn.Warnings);
}
