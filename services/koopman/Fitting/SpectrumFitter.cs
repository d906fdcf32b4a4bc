using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Koopman.Fitting;

/// <summary>
/// The spectrum fit F2: refined DMD (methods A4) on the step-delay embedding of the self-iterated trajectories (P0.3).
/// </summary>
internal static class SpectrumFitter
{
    /// <summary>Eigenpairs a report lists, those of smallest residual; the rest is counted.</summary>
    private const int MostListed = 256;

    public static Spectrum Fit(SelfIterations? trajectories, AnalysisOptions options, ILinearAlgebra algebra)
    {
        if (trajectories is null || trajectories.Count == 0)
        {
            return new Spectrum { ReasonAbsent = "no self-iterated trajectories were sent" };
        }

        try
        {
            var delays = new DelayEmbeddingOptions { Delays = options.Delays, StepDecay = options.StepDecay };
            var pairs = DelayEmbedding.FromSteps(trajectories.Steps, delays);
            var rule = new RankRule.RelTol(options.RankTolerance);
            var dmd = RefinedDmd.Fit(pairs, new DmdOptions { RankRule = rule, Seed = (int)options.Seed }, algebra);
            return ToSpectrum(dmd, pairs, trajectories);
        }
        catch (NoSnapshotPairsException e)
        {
            return new Spectrum { ReasonAbsent = e.Message };
        }
    }

    private static Spectrum ToSpectrum(DmdSpectrum dmd, SnapshotPairs pairs, SelfIterations trajectories)
    {
        var spectrum = new Spectrum
        {
            Rank = dmd.Rank.Rank,
            Trajectories = trajectories.Count,
            Pairs = pairs.X.Columns,
            DroppedSteps = pairs.DroppedStates,
            Delays = pairs.Delays,
            Steps = trajectories.Steps.Count - 1,
            StepSource = trajectories.Source,
            ReasonAbsent = dmd.Rank.Rank == 0 ? "the component maps every state to zero: the operator is empty" : "",
        };
        spectrum.SingularValues.Add(dmd.SingularValues.ToArray());
        if (dmd.Rank.Rank > 0 && double.IsFinite(dmd.LogEigDet))
        {
            spectrum.LogOperatorDet = dmd.LogEigDet;
        }

        var residuals = dmd.Residuals.ToArray();
        var listed = Enumerable.Range(0, residuals.Length).OrderBy(i => residuals[i]).Take(MostListed).Order();
        spectrum.Eigenpairs.Add(listed.Select(i => new Eigenpair
        {
            Value = new Complex { Re = dmd.Eigenvalues.Span[i].Real, Im = dmd.Eigenvalues.Span[i].Imaginary },
            Residual = residuals[i],
            RelativeResidual = dmd.ImageNorm > 0 ? residuals[i] / dmd.ImageNorm : 0,
        }));
        spectrum.Unlisted = residuals.Length - spectrum.Eigenpairs.Count;
        return spectrum;
    }
}
