using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

public sealed class RefinedDmdTests
{
    private static readonly DmdOptions _scaled = new() { RankRule = new RankRule.RelTol(1e-12) };

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ColumnScaling_TinySnapshot_IsNotTruncatedAway(string name)
    {
        var la = Algebras.Get(name);
        var pairs = new SnapshotPairs(
            Matrix.FromRows([[1, 0], [0, 1e-14]]), Matrix.FromRows([[0.9, 0], [0, 0.5e-14]]));

        Planted.Eigenvalues(RefinedDmd.Fit(pairs, _scaled, la), 1e-12, 0.9, 0.5);
        Planted.Eigenvalues(RefinedDmd.Fit(pairs, _scaled with { ColumnScaling = false }, la), 1e-12, 0.9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_NoisyPairs_SatisfiesTheIdentitiesOfTheAlgorithm(string name)
    {
        var la = Algebras.Get(name);
        var pairs = new SnapshotPairs(Matrices.Gaussian(12, 20, 1), Matrices.Gaussian(12, 20, 2));

        var spectrum = RefinedDmd.Fit(pairs, _scaled with { RankRule = new RankRule.Fixed(5) }, la);

        Matrices.Close(Matrices.Product(spectrum.Basis.Transpose(), spectrum.Image), spectrum.ReducedOperator, 1e-14);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(SmallestSingularValue(spectrum, i, la), spectrum.Residuals.Span[i], 1e-12);
            Assert.True(spectrum.Residuals.Span[i] < spectrum.RitzResiduals.Span[i]);
        }

        Assert.Equal(5, spectrum.Refined);
        Assert.Equal(la.SingularValues(spectrum.Image)[0], spectrum.ImageNorm, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ExactLinearData_HasNoResidualAndIsTrusted(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrices.Gaussian(8, 8, 3);

        var spectrum = RefinedDmd.Fit(Planted.Linear(a, 30, 4), _scaled, la);

        Assert.All(spectrum.Residuals.ToArray(), residual => Assert.InRange(residual, 0, 1e-12 * spectrum.ImageNorm));
        Assert.Equal(8, spectrum.Trusted().Count);
        var (values, improved) = (spectrum.Eigenvalues.ToArray(), spectrum.ImprovedValues.ToArray());
        Assert.All(values.Zip(improved), pair => Assert.InRange((pair.First - pair.Second).Magnitude, 0, 1e-9));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_ManyDirections_StillMeetsTheSmallestSingularValue(string name)
    {
        // 80 directions go by inverse iteration instead of a decomposition; the optimum is the same.
        var la = Algebras.Get(name);
        var pairs = new SnapshotPairs(Matrices.Gaussian(90, 120, 5), Matrices.Gaussian(90, 120, 6));

        var spectrum = RefinedDmd.Fit(
            pairs, _scaled with { RankRule = new RankRule.Fixed(80), RefineLimit = 9 }, la);

        Assert.InRange(spectrum.Refined, 9, 10);
        for (var i = 0; i < spectrum.Refined; i++)
        {
            Assert.Equal(SmallestSingularValue(spectrum, i, la), spectrum.Residuals.Span[i], 1e-6 * spectrum.ImageNorm);
            Assert.Equal(Planted.Residual(spectrum, i), spectrum.Residuals.Span[i], 1e-11 * spectrum.ImageNorm);
        }

        Assert.Equal(spectrum.RitzResiduals.Span[10..].ToArray(), spectrum.Residuals.Span[10..].ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_CappedLargeData_AgreesWithTheFullDecomposition(string name)
    {
        // 12 directions in 520 dimensions: the random range holds them all, so the cap costs nothing.
        var la = Algebras.Get(name);
        var basis = Matrices.Orthonormal(520, 12, 7);
        var a = Matrices.Gaussian(12, 12, 8);
        var z = Matrices.Gaussian(12, 530, 9);
        var (x, y) = (la.Multiply(basis, z), la.Multiply(basis, la.Multiply(a, z)));
        var expected = RefinedDmd.Fit(new SnapshotPairs(z, la.Multiply(a, z)), _scaled, la);

        var spectrum = RefinedDmd.Fit(new SnapshotPairs(x, y), _scaled with { RankCap = 40 }, la);

        Assert.Equal((BasisMethod.RandomRange, 12), (spectrum.Method, spectrum.Rank.Rank));
        Planted.Eigenvalues(spectrum, 1e-10, expected.Eigenvalues.ToArray());
        Assert.Equal(expected.SingularValues.Span[11], spectrum.SingularValues.Span[11], 1e-9);
        Assert.Equal(0, spectrum.Rank.DiscardedEnergy, 1e-12);
        Assert.Equal(
            spectrum.Residuals.ToArray(),
            RefinedDmd.Fit(new SnapshotPairs(x, y), _scaled with { RankCap = 40 }, la).Residuals.ToArray());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Weights_ZeroWeight_TakesThePairOut(string name)
    {
        var la = Algebras.Get(name);
        var clean = Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 10, 10);
        var y = clean.Y.Copy();
        (y[0, 3], y[1, 3]) = (100, -50);
        var weights = Enumerable.Range(0, 10).Select(j => j == 3 ? 0 : 1.0 / (1 + j)).ToArray();

        var spectrum = RefinedDmd.Fit(new SnapshotPairs(clean.X, y, weights), _scaled, la);

        Planted.Eigenvalues(spectrum, 1e-12, 0.9, 0.5);
    }

    [Theory]
    [InlineData("openblas", 1e300)]
    [InlineData("managed", 1e300)]
    [InlineData("openblas", 1e-300)]
    [InlineData("managed", 1e-300)]
    public void Fit_ExtremeScale_IsAsGoodAsAny(string name, double scale)
    {
        var la = Algebras.Get(name);
        var clean = Planted.Linear(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), 10, 11);
        foreach (ref var value in clean.X.AsSpan())
        {
            value *= scale;
        }

        foreach (ref var value in clean.Y.AsSpan())
        {
            value *= scale;
        }

        Planted.Eigenvalues(RefinedDmd.Fit(clean, _scaled, la), 1e-12, 0.9, 0.5);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DenormalSnapshots_DegradesWithoutBlowingUp(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrix.FromRows([[1e-320, 0], [0, 1]]);
        var y = Matrix.FromRows([[0.5e-320, 0], [0, 0.9]]);

        var spectrum = RefinedDmd.Fit(new SnapshotPairs(x, y), _scaled, la);

        Planted.Eigenvalues(spectrum, 1e-12, 0.9);
        Assert.InRange(spectrum.Rank.DiscardedEnergy, 0, 1e-20);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SuccessorBeyondRange_SaysSo(string name)
    {
        var la = Algebras.Get(name);
        var pairs = new SnapshotPairs(Matrix.FromRows([[1e-200]]), Matrix.FromRows([[1e200]]));

        var error = Assert.Throws<NonFiniteDataException>(() => RefinedDmd.Fit(pairs, _scaled, la));

        Assert.StartsWith("the image of the snapshots' basis holds", error.Message);
    }

    /// <summary>sigma_min of B - lambda U, which is n × k and needs no QR: the definition.</summary>
    private static double SmallestSingularValue(DmdSpectrum spectrum, int i, ILinearAlgebra la)
    {
        var lambda = spectrum.Eigenvalues.Span[i];
        var (n, k) = (spectrum.Basis.Rows, spectrum.Basis.Columns);
        var real = new Matrix(2 * n, 2 * k);
        for (var j = 0; j < k; j++)
        {
            for (var row = 0; row < n; row++)
            {
                var value = spectrum.Image[row, j] - (lambda * spectrum.Basis[row, j]);
                (real[row, j], real[row + n, j + k]) = (value.Real, value.Real);
                (real[row, j + k], real[row + n, j]) = (-value.Imaginary, value.Imaginary);
            }
        }

        return la.SingularValues(real)[^1];
    }
}
