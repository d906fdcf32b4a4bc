using System.Numerics;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>The eigenvalues of one group of runs, in a form that JSON knows.</summary>
internal sealed record RunSpectrum(double[] Real, double[] Imaginary)
{
    /// <summary>As numbers.</summary>
    public Complex[] Values() => [.. Real.Zip(Imaginary, (re, im) => new Complex(re, im))];

    /// <summary>
    /// By DMD of the stacked states of all runs together, no pair across two runs, keeping the leading directions
    /// (methods S3). Snapshots are not scaled, as in the authors' code.
    /// </summary>
    public static RunSpectrum Of(IReadOnlyList<Matrix> runs, int stacked, int modes, ILinearAlgebra algebra)
    {
        var pairs = DelayEmbedding.FromTrajectories(
            runs, new DelayEmbeddingOptions { Delays = stacked, StepDecay = 1 });
        var options = new DmdOptions { RankRule = new RankRule.Fixed(modes), ColumnScaling = false };
        var found = Dmd.Fit(pairs, options, algebra).Eigenvalues;
        return new RunSpectrum(
            [.. found.ToArray().Select(value => value.Real)], [.. found.ToArray().Select(value => value.Imaginary)]);
    }

    /// <summary>Wasserstein-1 distance of two spectra of one size.</summary>
    public double DistanceTo(RunSpectrum other) => SpectrumDistance.Wasserstein(Values(), other.Values());
}
