using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>What holds for every regression, or for every one that finds an exact map exactly.</summary>
public sealed class RegressionPropertyTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2, 0], [0, 0.5, 0.1], [0, 0, -0.7]]);

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Regress_ColumnsMixedByAnOrthogonalMatrix_IsTheSameOperator(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var inputs = estimator.TakesInputs ? Matrices.Gaussian(2, 20, 7) : null;
        var lifted = new LiftedPairs(Noisy(8, 20, 0.1, 11), inputs);

        var raw = estimator.Regress(lifted, la);
        var mixed = estimator.Regress(Mixed(lifted, 5), la);

        Matrices.Close(Map(raw), Map(mixed), 1e-10);
        Assert.Equal(raw.Spectrum.Rank.Rank, mixed.Spectrum.Rank.Rank);
        Assert.Equal(raw.Warnings, mixed.Warnings);
        if (raw.InputImage is { } image)
        {
            Matrices.Close(image, mixed.InputImage!, 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Regress_RotatedStates_IsTheRotatedOperator(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var (pairs, _) = Embedded(_map, 8, 20, 2);
        var turn = Matrices.Orthonormal(8, 8, 3);
        var turned = new SnapshotPairs(Matrices.Product(turn, pairs.X), Matrices.Product(turn, pairs.Y));

        var plain = estimator.Fit(Data(estimator, pairs), la);
        var rotated = estimator.Fit(Data(estimator, turned), la);

        Assert.Equal(plain.Rank, rotated.Rank);
        Close(rotated.Spectrum.Eigenvalues.Span, 1e-9, plain.Spectrum.Eigenvalues.ToArray());
        if (!method.StartsWith("compressed", StringComparison.Ordinal))
        {
            // Measurements do not turn with the states: there K is the same on the states only.
            Matrices.Close(Matrices.Product(Matrices.Product(turn, Map(plain)), turn.Transpose()), Map(rotated), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Regress_StatesInAnotherUnit_IsTheSameOperator(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var pairs = Noisy(8, 20, 0.1, 12);

        var plain = Map(estimator.Fit(Data(estimator, pairs), la));

        foreach (var factor in (double[])[1e-80, 1e-6, 1e6, 1e80])
        {
            var factors = Enumerable.Repeat(factor, 20).ToArray();
            var scaled = new SnapshotPairs(
                Matrices.Scaled(pairs.X, factors), Matrices.Scaled(pairs.Y, factors), pairs.Weights);
            Matrices.Close(plain, Map(estimator.Fit(Data(estimator, scaled), la)), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(FreeOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_T1RankDeficientNonNormalMap_FindsExactlyItsDirections(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var (pairs, basis) = Embedded(
            Matrix.FromRows([[0.9, 20, 0], [0, 0.5, -30], [0, 0, -0.7]]), 8, 30, 4);

        var fit = estimator.Fit(Data(estimator, pairs), la);

        // Going forward and back costs the condition of the map itself twice.
        Close(fit.Spectrum.Eigenvalues.Span, method == "forward-backward" ? 1e-9 : 1e-10, 0.9, -0.7, 0.5);
        Matrices.Close(pairs.Y, Matrices.Product(Map(fit), pairs.X), 1e-10);
        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0, 1e-10));
        Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-10);
        var history = pairs.X.SelectColumns(0, 1);
        Matrices.Close(history, Matrices.Product(fit.Decoder, new Matrix(3, 1, fit.Encode(history, la))), 1e-10);
        Assert.All(
            Enumerable.Range(0, 3),
            j => Assert.Equal(1, Matrices.Norm(Part(basis, fit.Spectrum.Modes.Column(j).ToArray())), 1e-9));
    }

    [Theory]
    [MemberData(nameof(FreeOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_DefectiveMap_FindsTheMapAndItsEigenvalueToHalfTheDigits(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var (pairs, _) = Embedded(Matrix.FromRows([[0.6, 1], [0, 0.6]]), 8, 30, 5);

        var fit = estimator.Fit(Data(estimator, pairs), la);

        Assert.Equal(2, fit.Rank);
        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(0, (value - 0.6).Magnitude, 1e-6));
        Matrices.Close(pairs.Y, Matrices.Product(Map(fit), pairs.X), 1e-10);
        Assert.All(fit.Spectrum.Modes.AsSpan().ToArray(), value => Assert.True(double.IsFinite(value.Magnitude)));
    }

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_ZeroData_IsTheEmptyOperator(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));

        var fit = estimator.Fit(Data(estimator, new SnapshotPairs(new Matrix(8, 20), new Matrix(8, 20))), la);

        Assert.Equal((0, 0), (fit.Rank, fit.Spectrum.Eigenvalues.Length));
        Assert.Equal("the matrix is zero", fit.Diagnostics.Rank.Reason.Split(" (")[0].Split(";")[0]);
        Assert.Equal(0, fit.Diagnostics.FitError);
    }

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_OneFeatureAndOnePair_IsTheirRatioOrItsFamily(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var pairs = new SnapshotPairs(Matrix.FromRows([[2]]), Matrix.FromRows([[3]]));

        var fit = estimator.Fit(
            SnapshotData.FromPairs(pairs) with { Inputs = estimator.TakesInputs ? [new Matrix(1, 1)] : null }, la);

        var expected = method switch { "orthogonal" or "measure-preserving" => 1.0, "skew" => 0, _ => 1.5 };
        Assert.Equal(expected, fit.Spectrum.Eigenvalues.Span[0].Real, 1e-12);
    }

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_DataWithNaN_SaysSo(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var (x, y) = (Matrices.Gaussian(8, 20, 1), Matrices.Gaussian(8, 20, 2));
        y[3, 4] = double.NaN;

        var error = Assert.Throws<NonFiniteDataException>(
            () => estimator.Fit(Data(estimator, new SnapshotPairs(x, y)), la));

        Assert.StartsWith("feature 3 of successor 4 of the pairs holds NaN", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryOneOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_Twice_GivesTheSameBits(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var data = Data(estimator, Noisy(8, 20, 0.1, 13));

        var (first, second) = (estimator.Fit(data, la), estimator.Fit(data, la));

        Assert.Equal(first.Reduced.AsSpan().ToArray(), second.Reduced.AsSpan().ToArray());
        Assert.Equal(first.Spectrum.Eigenvalues.ToArray(), second.Spectrum.Eigenvalues.ToArray());
    }

    [Theory]
    [MemberData(nameof(FreeOnAll), MemberType = typeof(RegressionProblems))]
    public void Fit_TwoDelays_FollowADampedWave(string algebra, string method)
    {
        var (la, estimator) = (Algebras.Get(algebra), Get(method));
        var wave = new Matrix(1, 40);
        for (var k = 0; k < 40; k++)
        {
            wave[0, k] = Math.Pow(0.95, k) * Math.Cos(0.4 * k);
        }

        var data = SnapshotData.FromTrajectories(wave) with
        {
            Inputs = estimator.TakesInputs ? [Matrices.Gaussian(1, 40, 3)] : null,
        };
        var fit = (estimator with { Delays = 2 }).Fit(data, la);

        var expected = System.Numerics.Complex.FromPolarCoordinates(0.95, 0.4);
        Close(fit.Spectrum.Eigenvalues.Span, 1e-9, expected, System.Numerics.Complex.Conjugate(expected));
    }

    /// <summary>Coordinates of a mode in the planted basis, real and imaginary parts.</summary>
    private static Matrix Part(Matrix basis, System.Numerics.Complex[] mode)
    {
        var parts = new Matrix(mode.Length, 2);
        for (var i = 0; i < mode.Length; i++)
        {
            (parts[i, 0], parts[i, 1]) = (mode[i].Real, mode[i].Imaginary);
        }

        return Matrices.Product(basis.Transpose(), parts);
    }
}
