using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Comparison;

/// <summary>Spectra of runs by delay DMD keeping few directions (methods S3).</summary>
internal static class RunSpectra
{
    /// <summary>Delay DMD of all runs together: their pairs are concatenated, without seams.</summary>
    public static TrainingMode[] Of(IReadOnlyList<Matrix> runs, ComparisonOptions options, ILinearAlgebra la)
    {
        var pairs = DelayEmbedding.FromTrajectories(
            runs, new DelayEmbeddingOptions { Delays = options.Delays, StepDecay = 1 });
        var spectrum = Dmd.Fit(
            pairs,
            new DmdOptions
            {
                RankRule = new Fitting.RankRule.Fixed(options.Modes),
                RankCap = options.Modes,
                ColumnScaling = false,
                Seed = options.Seed,
            },
            la);
        var importance = ModeImportance.Of(spectrum, pairs.X.SelectColumns(0, 1), la).Importance;
        var modes = new TrainingMode[spectrum.Eigenvalues.Length];
        for (var j = 0; j < modes.Length; j++)
        {
            modes[j] = new TrainingMode(
                spectrum.Eigenvalues.Span[j],
                spectrum.Residuals.Span[j] / spectrum.ImageNorm,
                importance.Span[j]);
        }

        return modes;
    }

    public static Complex[] Eigenvalues(IReadOnlyList<TrainingMode> modes) =>
        [.. modes.Select(mode => mode.Eigenvalue)];
}
