using System.Numerics;

using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>The pitfalls of methods.md, section N, by number (N8 is TrainingSpectrumTests, N14 the amplitude tests).</summary>
public sealed class PitfallTests
{
    private static readonly Matrix _map = Matrix.FromRows([[.9, .2, 0], [0, .5, .1], [0, 0, .7]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N1_SnapshotsOfVeryDifferentNorms_NeedColumnScaling(string name)
    {
        var data = SnapshotData.FromPairs(
            Matrix.FromRows([[1, 0], [0, 1e-14]]), Matrix.FromRows([[.9, 0], [0, .5e-14]]));
        var plain = new DmdEstimator { RankRule = new RankRule.RelTol(1e-12), HoldOut = 0 };

        var (unscaled, scaled) = (
            plain.Fit(data, Algebras.Get(name)), (plain with { ColumnScaling = true }).Fit(data, Algebras.Get(name)));

        Assert.Equal([0.9], unscaled.Spectrum.Eigenvalues.ToArray(), Close);
        Assert.Equal([0.9, 0.5], scaled.Spectrum.Eigenvalues.ToArray(), Close);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N2_SpuriousPairs_HaveLargeResiduals(string name)
    {
        var la = Algebras.Get(name);
        var lift = Matrices.Orthonormal(30, 3, 1);
        var clean = Planted.Linear(_map, 200, 2);
        var (x, y) = (Noisy(Matrices.Product(lift, clean.X), 0.01, 20), Noisy(Matrices.Product(lift, clean.Y), 0.01, 21));

        var fit = new RefinedEstimator { RankRule = new RankRule.Fixed(10) }.Fit(SnapshotData.FromPairs(x, y), la);

        // Noise has no eigenvectors: what a fit finds in it is not mapped to itself.
        Assert.All(fit.Spectrum.Residuals.ToArray()[..3], r => Assert.InRange(r, 0, 0.05));
        Assert.All(fit.Spectrum.Residuals.ToArray()[3..], r => Assert.InRange(r, 0.1, 1));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N3_NoisyData_NeedTheOptimalThreshold(string name)
    {
        var la = Algebras.Get(name);
        var lift = Matrices.Orthonormal(30, 3, 3);
        var clean = Planted.Linear(_map, 200, 4);
        var (x, y) = (Matrices.Product(lift, clean.X), Matrices.Product(lift, clean.Y));
        var noisy = Noisy(x, 0.02, 22);

        int Rank(Matrix states, RankRule rule) =>
            new DmdEstimator { RankRule = rule }.Fit(SnapshotData.FromPairs(states, y), la).Rank;

        Assert.Equal(3, Rank(x, new RankRule.RelTol(1e-10)));
        Assert.Equal(30, Rank(noisy, new RankRule.RelTol(1e-10)));
        Assert.Equal(3, Rank(noisy, new RankRule.OptimalThreshold()));
        Assert.Equal(3, Rank(noisy, new RankRule.OptimalThreshold(0.02)));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N4_Determinants_AreLogarithms(string name)
    {
        var small = Matrix.Identity(500);
        for (var i = 0; i < 500; i++)
        {
            small[i, i] = 1e-3;
        }

        Assert.Equal(-3453.8776394910687, LogDeterminants.LogAbsDet(small, Algebras.Get(name)).LogAbs, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N5N6_PseudoDeterminant_TellsItsGapAndIsNotMultiplicative(string name)
    {
        var la = Algebras.Get(name);
        double Pdet(Matrix j) => Math.Exp(LogDeterminants.LogPdet(j, 1e-10, la).Value);
        var (first, tall, wide) = (Matrices.Gaussian(3, 5, 5), Matrices.Gaussian(4, 3, 6), Matrix.FromRows([[1, 0]]));
        var gain = Matrix.FromRows([[1, 0], [0, 2]]);

        Assert.Equal(Pdet(tall) * Pdet(first), Pdet(Matrices.Product(tall, first)), 1e-9);
        Assert.Equal(1, Pdet(Matrices.Product(wide, gain)), 1e-12);
        Assert.Equal(2, Pdet(wide) * Pdet(gain), 1e-12);
        Assert.Equal(2, LogDeterminants.LogPdet(gain, 1e-10, la).Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N7_DelayOperators_CarryTheDeterminantInTheirReducedForm(string name)
    {
        var la = Algebras.Get(name);
        var starts = Matrices.Gaussian(3, 6, 7);
        Matrix[] runs = [.. Enumerable.Range(0, 6).Select(t => Planted.Trajectory(_map, starts.SelectColumns(t, 1), 8))];

        var fit = new DmdEstimator { Delays = 3 }.Fit(SnapshotData.FromTrajectories(runs), la);

        Assert.Equal(3, fit.Rank);
        Assert.Equal(Math.Log(0.315), LogDeterminants.LogEigDet(fit.Spectrum.Eigenvalues.Span), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N9_DefectiveEigenvalues_KeepHalfTheDigits(string name)
    {
        var pairs = Planted.Linear(Matrix.FromRows([[.6, 1], [0, .6]]), 20, 8);

        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(pairs), Algebras.Get(name));

        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.InRange((value - 0.6).Magnitude, 0, 1e-6));
        Assert.All(fit.Spectrum.Amplitudes.ToArray(), b => Assert.InRange(b.Magnitude, 0, 100));
        var start = Matrix.FromRows([[1], [1]]);
        Assert.Equal(Math.Pow(.6, 20) + (20 * Math.Pow(.6, 19)), fit.PredictAt(start, 20, Algebras.Get(name))[0], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N10_ZeroEigenvaluesAndFastRotations_AreTold(string name)
    {
        var zero = new DmdEstimator().Fit(
            SnapshotData.FromPairs(Planted.Linear(Matrix.FromRows([[.5, 0], [0, 0]]), 9, 9)), Algebras.Get(name));
        var (sin, cos) = Math.SinCos(4);
        var fast = new DmdEstimator().Fit(
            SnapshotData.FromPairs(Planted.Linear(Matrix.FromRows([[cos, -sin], [sin, cos]]), 9, 10)), Algebras.Get(name));

        Assert.All(zero.Spectrum.Modes.AsSpan().ToArray(), value => Assert.True(Complex.IsFinite(value)));
        Assert.InRange(zero.Spectrum.Eigenvalues.Span[1].Magnitude, 0, 1e-15);
        Assert.Equal((2 * Math.PI) - 4, fast.Spectrum.ContinuousEigenvalues(1)[0].Imaginary, 1e-12);
        Assert.Equal(double.NegativeInfinity, (zero.Spectrum with { Eigenvalues = new Complex[1] }).ContinuousEigenvalues(1)[0].Real);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N11_ConjugatePairs_SumToTheRealState(string name)
    {
        var la = Algebras.Get(name);
        var trajectory = Planted.Trajectory(Matrix.FromRows([[.8, -.5], [.5, .8]]), Matrix.FromRows([[1], [2]]), 12);

        var fit = new DmdEstimator { Projected = true }.Fit(SnapshotData.FromTrajectories(trajectory), la);

        for (var k = 0; k < 12; k++)
        {
            for (var i = 0; i < 2; i++)
            {
                var sum = Enumerable.Range(0, 2).Aggregate(Complex.Zero, (s, j) => s
                    + (fit.Spectrum.Modes[i, j] * Complex.Pow(fit.Spectrum.Eigenvalues.Span[j], k)
                        * fit.Spectrum.Amplitudes.Span[j]));
                Assert.Equal(trajectory[i, k], sum.Real, 1e-10);
                Assert.Equal(0, sum.Imaginary, 1e-10);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N12_Float32DataWithDeadUnits_KeepTheRankOfTheLiveOnes(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Planted.Linear(_map, 60, 11);
        Matrix Embed(Matrix source)
        {
            // Two live copies of each coordinate, rounded to float32, and two units that never fire.
            var wide = new Matrix(8, source.Columns);
            for (var j = 0; j < source.Columns; j++)
            {
                for (var i = 0; i < 3; i++)
                {
                    wide[i, j] = (float)source[i, j];
                    wide[i + 3, j] = (float)(source[i, j] / 3);
                }
            }

            return wide;
        }

        var fit = new DmdEstimator { RankRule = new RankRule.RelTol(1e-6) }
            .Fit(SnapshotData.FromPairs(Embed(pairs.X), Embed(pairs.Y)), la);

        Assert.Equal(3, fit.Rank);
        Assert.Equal([.9, .7, .5], fit.Spectrum.Eigenvalues.ToArray(), (a, b) => (a - b).Magnitude < 1e-5);
        Assert.Equal(0, fit.Predict(Embed(pairs.X).SelectColumns(0, 1), 3, la)[7, 2]);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N13_PredictionsThatExplode_AreRefusedNotInfinite(string name)
    {
        var la = Algebras.Get(name);
        var growing = new DmdEstimator().Fit(
            SnapshotData.FromTrajectories(Planted.Trajectory(Matrix.FromRows([[2]]), Matrix.FromRows([[1]]), 5)), la);

        Assert.Equal(Math.Pow(2, 900), growing.PredictAt(Matrix.FromRows([[1]]), 900, la)[0], Math.Pow(2, 860));
        Assert.StartsWith(
            "the prediction after 1024 steps holds",
            Assert.Throws<NonFiniteDataException>(() => growing.Predict(Matrix.FromRows([[1]]), 2000, la)).Message);
        Assert.Throws<NonFiniteDataException>(() => growing.PredictAt(Matrix.FromRows([[1]]), 1 << 20, la));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void N15_TheSameData_GiveTheSameBits(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Matrices.Gaussian(12, 80, 12), Matrices.Gaussian(12, 80, 13));

        var (one, two) = (new RefinedEstimator().Fit(data, la), new RefinedEstimator().Fit(data, la));

        Assert.Equal(one.Spectrum.Eigenvalues.ToArray(), two.Spectrum.Eigenvalues.ToArray());
        Assert.Equal(one.Spectrum.Modes.AsSpan().ToArray(), two.Spectrum.Modes.AsSpan().ToArray());
        Assert.All(
            Enumerable.Range(0, 12),
            j => Assert.True(one.Spectrum.Modes.Column(j).ToArray().MaxBy(Complex.Abs).Real > 0));
    }

    private static bool Close(Complex a, Complex b) => (a - b).Magnitude < 1e-12;

    private static Matrix Noisy(Matrix x, double sigma, int seed)
    {
        var (noisy, noise) = (x.Copy(), Matrices.Gaussian(x.Rows, x.Columns, seed));
        for (var i = 0; i < noise.AsSpan().Length; i++)
        {
            noisy.AsSpan()[i] += sigma * noise.AsSpan()[i];
        }

        return noisy;
    }
}
