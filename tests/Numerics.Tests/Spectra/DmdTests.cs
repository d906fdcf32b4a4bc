using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

public sealed class DmdTests
{
    public static TheoryData<string, int, int> Sizes => Algebras.With((1, 1), (2, 2), (5, 5), (10, 10), (50, 50));

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NonNormalLinearMap_RecoversOperatorAndEigenvalues(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);

        var spectrum = Dmd.Fit(Planted.Linear(a, 50, 1), Planted.Tight, la);

        Matrices.Close(a, Matrices.Product(spectrum.Image, spectrum.Basis.Transpose()), 1e-12);
        Planted.Eigenvalues(spectrum, 1e-12, 0.9, 0.5);
        Assert.Equal(Math.Log(0.45), spectrum.LogEigDet, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Rotation_IsOnTheUnitCircleWithConjugatesAdjacent(string name)
    {
        var la = Algebras.Get(name);
        var (sin, cos) = Math.SinCos(0.3);
        var states = Planted.Trajectory(Matrix.FromRows([[cos, -sin], [sin, cos]]), Matrix.FromRows([[1], [0]]), 11);
        var pairs = new SnapshotPairs(states.SelectColumns(0, 10), states.SelectColumns(1, 10));

        DmdSpectrum[] spectra = [Dmd.Fit(pairs, Planted.Tight, la), RefinedDmd.Fit(pairs, Planted.Tight, la)];
        foreach (var spectrum in spectra)
        {
            Planted.Eigenvalues(spectrum, 1e-12, new(cos, sin), new(cos, -sin));
            Assert.All(spectrum.Residuals.ToArray(), residual => Assert.InRange(residual, 0, 1e-12));
            Assert.Equal(0, spectrum.LogEigDet, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fit_OrthogonalComponent_HasUnitEigenvaluesInOneOrder(string name, int n, int columns)
    {
        var la = Algebras.Get(name);

        var spectrum = Dmd.Fit(Planted.Linear(Matrices.Orthonormal(n, columns, 2), (2 * n) + 1, 3), Planted.Tight, la);

        var values = spectrum.Eigenvalues.ToArray();
        Assert.Equal(n, values.Length);
        Assert.All(values, value => Assert.Equal(1, value.Magnitude, 1e-11));
        var upper = values.Where(value => value.Imaginary >= 0).Select(value => value.Phase).ToArray();
        Assert.Equal(upper.Order(), upper);
        Assert.All(
            Enumerable.Range(0, n).Where(i => values[i].Imaginary > 0),
            i => Assert.Equal(Complex.Conjugate(values[i]), values[i + 1]));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fit_AnySize_MeasuresTheResidualsItReports(string name, int n, int columns)
    {
        var la = Algebras.Get(name);
        var pairs = new SnapshotPairs(Matrices.Gaussian(n, columns + 7, 4), Matrices.Gaussian(n, columns + 7, 5));

        var plain = Dmd.Fit(pairs, Planted.Tight, la);
        var refined = RefinedDmd.Fit(pairs, Planted.Tight, la);

        for (var i = 0; i < n; i++)
        {
            Assert.Equal(Planted.Residual(plain, i), plain.Residuals.Span[i], 1e-12 * plain.ImageNorm);
            Assert.Equal(Planted.Residual(refined, i), refined.Residuals.Span[i], 1e-12 * refined.ImageNorm);
            Assert.Equal(plain.Residuals.Span[i], refined.RitzResiduals.Span[i], 1e-12 * refined.ImageNorm);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DefectiveMap_FindsTheDoubleEigenvalueToHalfTheDigits(string name)
    {
        var la = Algebras.Get(name);

        var spectrum = RefinedDmd.Fit(
            Planted.Linear(Matrix.FromRows([[0.6, 1], [0, 0.6]]), 20, 6), Planted.Tight, la);
        var importance = ModeImportance.Of(spectrum, Matrix.FromRows([[1], [0]]), la);

        Planted.Eigenvalues(spectrum, 1e-6, 0.6, 0.6);
        Assert.All(importance.Importance.ToArray(), value => Assert.InRange(value, 0, 2));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ZeroSnapshots_IsTheEmptyOperator(string name)
    {
        var la = Algebras.Get(name);

        var pairs = new SnapshotPairs(new Matrix(3, 5), Matrices.Gaussian(3, 5, 7));

        var spectrum = RefinedDmd.Fit(pairs, Planted.Tight, la);

        Assert.Equal((0, 0, 0.0), (spectrum.Rank.Rank, spectrum.Eigenvalues.Length, spectrum.LogEigDet));
        Assert.Equal((3, 0), (spectrum.Modes(la).Rows, spectrum.ExactModes(la).Columns));
        Assert.Empty(spectrum.Trusted());
        Assert.Empty(ModeImportance.Of(spectrum, new Matrix(3, 1), la).Order.ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FewSnapshotsConstantAndDuplicateRows_KeepsTheirSpan(string name)
    {
        var la = Algebras.Get(name);
        var wide = Matrices.Gaussian(30, 4, 8);
        var x = Matrix.FromRows([[1, 1, 1, 1], [1, 2, 3, 5], [1, 2, 3, 5], [0, 0, 0, 0]]);

        Assert.Equal(4, Dmd.Fit(new SnapshotPairs(wide, wide), Planted.Tight, la).Rank.Rank);
        var same = Dmd.Fit(new SnapshotPairs(x, x), Planted.Tight, la);
        Planted.Eigenvalues(same, 1e-12, 1, 1);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Modes_OfADiagonalMap_AreTheAxes(string name)
    {
        var la = Algebras.Get(name);
        var spectrum = Dmd.Fit(Planted.Linear(Matrix.FromRows([[-0.9, 0], [0, 0.5]]), 9, 9), Planted.Tight, la);

        foreach (var modes in (ComplexMatrix[])[spectrum.Modes(la), spectrum.ExactModes(la)])
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(i % 3 == 0 ? 1 : 0, Complex.Abs(modes[i % 2, i / 2]), 1e-12);
            }
        }

        Assert.Equal(1, spectrum.Modes(la)[0, 0].Real, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ExactModes_OfAZeroEigenvalue_AreNotDividedByIt(string name)
    {
        var la = Algebras.Get(name);

        var spectrum = Dmd.Fit(Planted.Linear(Matrix.FromRows([[0.5, 0], [0, 0]]), 9, 10), Planted.Tight, la);

        var modes = spectrum.ExactModes(la);
        Assert.All(modes.AsSpan().ToArray(), value => Assert.True(Complex.IsFinite(value) && value.Magnitude < 1.1));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Importance_PlantedAmplitudes_AreRecoveredAndRanked(string name)
    {
        var la = Algebras.Get(name);
        var spectrum = Dmd.Fit(Planted.Linear(Matrix.FromRows([[0.9, 0], [0, 0.5]]), 9, 11), Planted.Tight, la);

        var importance = ModeImportance.Of(spectrum, Matrix.FromRows([[1, -3], [5, 7]]), la);

        Assert.Equal(2, importance.Importance.Span[0], 1e-12);
        Assert.Equal(6, importance.Importance.Span[1], 1e-12);
        Assert.Equal([1, 0], importance.Order.ToArray());
        Assert.Equal(3, ModeImportance.OverTime(3, Complex.ImaginaryOne, 0.1, 5), 1e-12);
        Assert.Equal(0, ModeImportance.OverTime(3, Complex.Zero, 0.1, 5));
        Assert.Equal(
            2 * Math.Sqrt((Math.Exp(-2) - 1) / -2), ModeImportance.OverTime(2, Math.Exp(-0.1), 0.1, 1), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RotatedAndShuffledData_HasTheSameSpectrum(string name)
    {
        var la = Algebras.Get(name);
        for (var seed = 20; seed < 30; seed++)
        {
            var (x, y) = (Matrices.Gaussian(6, 15, seed), Matrices.Gaussian(6, 15, seed + 100));
            var q = Matrices.Orthonormal(6, 6, seed + 200);
            var expected = RefinedDmd.Fit(new SnapshotPairs(x, y), Planted.Tight, la);

            var rotated = RefinedDmd.Fit(
                new SnapshotPairs(Matrices.Product(q, x), Matrices.Product(q, y)), Planted.Tight, la);
            var shuffled = RefinedDmd.Fit(
                new SnapshotPairs(Reversed(x), Reversed(y)), Planted.Tight, la);

            Planted.Eigenvalues(rotated, 1e-9, expected.Eigenvalues.ToArray());
            Planted.Eigenvalues(shuffled, 1e-9, expected.Eigenvalues.ToArray());
            Assert.Equal(expected.Residuals.ToArray(), rotated.Residuals.ToArray(), (a, b) => Math.Abs(a - b) < 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_BadInput_IsNamed(string name)
    {
        var la = Algebras.Get(name);
        var (good, nan) = (Matrix.FromRows([[1, 2]]), Matrix.FromRows([[1, double.NaN]]));

        Assert.Equal(
            "the matrix of successors was expected to be 1 x 2, got 2 x 1",
            Assert.Throws<ShapeMismatchException>(() => new SnapshotPairs(good, new Matrix(2, 1))).Message);
        Assert.Equal(
            "the list of weights was expected to be 2 long, got 1",
            Assert.Throws<ShapeMismatchException>(() => new SnapshotPairs(good, good, new double[1])).Message);
        Assert.StartsWith(
            "weights are finite and not negative",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SnapshotPairs(good, good, new[] { 1.0, -1 })).Message);
        Assert.StartsWith(
            "the snapshots holds NaN",
            Assert.Throws<NonFiniteDataException>(
                () => Dmd.Fit(new SnapshotPairs(nan, good), Planted.Tight, la)).Message);
        Assert.StartsWith(
            "the successors of the snapshots holds NaN",
            Assert.Throws<NonFiniteDataException>(
                () => Dmd.Fit(new SnapshotPairs(good, nan), Planted.Tight, la)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Dmd.Fit(new SnapshotPairs(good, good), Planted.Tight with { RankCap = 0 }, la));
    }

    private static Matrix Reversed(Matrix x)
    {
        var result = new Matrix(x.Rows, x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            x.Column(x.Columns - 1 - j).CopyTo(result.Column(j));
        }

        return result;
    }
}
