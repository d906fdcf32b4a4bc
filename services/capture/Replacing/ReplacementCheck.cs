using KoopmanMesh.Capture.Boxes;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Checks of a replacement run all that can be checked without running, and fills in its defaults.</summary>
internal sealed class ReplacementCheck(ModelDesk models, IArtifactStore artifacts)
{
    private const string Field = "spec.replacement";

    private static readonly string[] _verifierTerms = ["affine", "relu", "abs", "delay"];

    public async Task<PlannedRun> PlanAsync(RunSpec spec, CancellationToken cancellationToken)
    {
        var resolved = spec.Clone();
        resolved.Replacement = Resolve(spec.Replacement);
        var options = resolved.Replacement;
        var inputs = await RunInputs.OpenAsync(resolved, models, artifacts, cancellationToken);
        var regions = RegionFinder.Named(inputs.Chain, options.Regions);
        RequireLifts(options, regions, inputs.Chain);
        var split = new RowSplit(options, inputs.Data.Rows);
        split.Require(options.Alpha);
        if (options.Box.BoxCase != InputBox.BoxOneofCase.Data)
        {
            InputBoxes.Resolve(
                options.Box, inputs.Chain.Model, new BoxRows(inputs.Data, inputs.Order), $"{Field}.box",
                cancellationToken);
        }

        return new PlannedRun(
            inputs.Spec, new RunPlan(inputs.Chain.Components.Count, 1, inputs.Data.Rows), LargestAccumulator: 0);
    }

    private static ReplacementOptions Resolve(ReplacementOptions options)
    {
        try
        {
            return ReplacementDefaults.Resolve(options);
        }
        catch (AnalysisOptionsException e)
        {
            throw new InvalidRequestException("OPTIONS_INVALID", e.Violations, Field, e);
        }
    }

    private static void RequireLifts(ReplacementOptions options, IReadOnlyList<Region> named, ComponentChain chain)
    {
        var width = named.Count > 0 ? named[0].From.Width : chain.Model.Input.Width;
        for (var i = 0; i < options.Lifts.Count; i++)
        {
            var text = options.Lifts[i];
            try
            {
                // Spelled as fits will name it.
                options.Lifts[i] = Lift.Parse(text, width).Text;
            }
            catch (Exception e) when (e is ObservablesException or ArgumentException)
            {
                throw new InvalidRequestException("LIFT_INVALID", e.Message, $"{Field}.lifts", e);
            }

            var beyond = text.Split('+', StringSplitOptions.TrimEntries).Select(term => term.Split(':')[0])
                .FirstOrDefault(term => !_verifierTerms.Contains(term));
            if (options.Profile == Profile.Verifier && beyond is not null)
            {
                throw new InvalidRequestException(
                    "LIFT_BEYOND_PROFILE",
                    $"the lift '{text}' can't be written in the verifier profile, whose lifts are "
                    + $"{string.Join(", ", _verifierTerms)}",
                    $"{Field}.lifts");
            }
        }
    }
}
