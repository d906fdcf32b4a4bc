using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Observables;

public sealed class FeatureTests
{
    private const string Everything =
        "affine+poly:3+abs+relu+relu:7+rbf:5+rbf:4:0.5+tps:3+rff:9+rff:6:2.5+hermite:4+seed:11";

    public static TheoryData<string> All => Algebras.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Lift_InChunks_GivesTheSameBits(string name)
    {
        var la = Algebras.Get(name);
        var states = Matrices.Gaussian(3, 150, 1);
        var dictionary = ObservablesSpec.Parse(Everything).Build(states, la);

        var whole = dictionary.Lift(states, la);

        foreach (var chunk in (int[])[1, 7, 64, 100])
        {
            for (var start = 0; start < 150; start += chunk)
            {
                var count = Math.Min(chunk, 150 - start);
                var part = dictionary.Lift(states.SelectColumns(start, count), la);
                Assert.Equal(whole.SelectColumns(start, count).AsSpan().ToArray(), part.AsSpan().ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void BuildAndStore_SameSeed_GiveTheSameBits(string name)
    {
        var la = Algebras.Get(name);
        var (sample, states) = (Matrices.Gaussian(3, 90, 2), Matrices.Gaussian(3, 20, 3));
        var spec = ObservablesSpec.Parse(Everything);

        var dictionary = spec.Build(sample, la);
        var again = spec.Build(sample, la);
        var loaded = Dictionary.Load(DictionaryStorageTests.RoundTrip(dictionary), "psi.");
        var other = (((FeatureObservables)spec) with { Seed = 12 }).Build(sample, la);

        var expected = dictionary.Lift(states, la).AsSpan().ToArray();
        Assert.Equal(expected, again.Lift(states, la).AsSpan().ToArray());
        Assert.Equal(expected, loaded.Lift(states, la).AsSpan().ToArray());
        Assert.NotEqual(expected, other.Lift(states, la).AsSpan().ToArray());
        Assert.Equal(dictionary.ToString(), loaded.ToString());
    }

    [Fact]
    public void Monomials_OfThreeCoordinates_ComeByDegreeWithoutRepeats()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var x = Matrix.FromRows([[2], [3], [5]]);

        var values = Lift(new MonomialFeature(3, 3), x, la);

        // x1^2 x1x2 x1x3 x2^2 x2x3 x3^2, then x1 of all these, x2 of those from x2^2 on, x3 of x3^2.
        double[] expected = [4, 6, 10, 9, 15, 25, 8, 12, 20, 18, 30, 50, 27, 45, 75, 125];
        Assert.Equal(expected, values.Column(0).ToArray());
        Assert.Equal(expected[..8], Lift(new MonomialFeature(3, 3, 8), x, la).Column(0).ToArray());
        Assert.Equal(expected[..5], Lift(new MonomialFeature(3, 9, 5), x, la).Column(0).ToArray());
        Assert.Equal([4, 8, 16], Lift(new MonomialFeature(1, 4), Matrix.FromRows([[2]]), la).Column(0).ToArray());
    }

    [Theory]
    [InlineData(1, 5, 4)]
    [InlineData(2, 4, 12)]
    [InlineData(5, 3, 50)]
    [InlineData(12, 2, 78)]
    [InlineData(7, 5, 784)]
    public void Monomials_Count_IsTheBinomial(int width, int degree, int count)
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var x = new Matrix(width, 1);
        for (var i = 0; i < width; i++)
        {
            // Roots of distinct primes: every monomial has its own value.
            x[i, 0] = Math.Sqrt(new[] { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 }[i]);
        }

        var values = Lift(new MonomialFeature(width, degree), x, la).Column(0).ToArray();

        Assert.Equal(count, values.Length);
        Assert.Equal(count, values.Select(v => Math.Round(v * v)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RandomFourier_InnerProducts_ApproximateTheGaussianKernel(string name)
    {
        var la = Algebras.Get(name);
        var states = Matrices.Gaussian(2, 12, 4);
        const int Number = 8000;
        const double S = 1.7;

        var f = Lift(new FeatureSpec.Fourier(Number, S).Build(states, 1, la), states, la);

        var gram = Matrices.Product(f.Transpose(), f);
        for (var i = 0; i < 12; i++)
        {
            for (var j = 0; j < 12; j++)
            {
                var d = Distance(states, i, states, j);
                Assert.Equal(Math.Exp(-d * d / (S * S)), gram[i, j], 5 / Math.Sqrt(Number));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Kernels_FarFromTheOrigin_KeepTheirDigits(string name)
    {
        var la = Algebras.Get(name);
        var (centres, states) = (Matrices.Gaussian(3, 6, 5), Matrices.Gaussian(3, 9, 6));
        foreach (var matrix in (Matrix[])[centres, states])
        {
            foreach (ref var value in matrix.AsSpan())
            {
                value += 1e6;
            }
        }

        foreach (var kind in (KernelKind[])[KernelKind.Gaussian, KernelKind.Laplacian, KernelKind.ThinPlate])
        {
            var values = Lift(new KernelFeature(new Kernel(kind, 2), centres), states, la);
            for (var i = 0; i < 6; i++)
            {
                for (var j = 0; j < 9; j++)
                {
                    var r = Distance(centres, i, states, j) / 2;
                    var expected = kind switch
                    {
                        KernelKind.Gaussian => Math.Exp(-r * r),
                        KernelKind.Laplacian => Math.Exp(-r),
                        _ => r * r * Math.Log(r),
                    };
                    Assert.Equal(expected, values[i, j], 1e-12);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Kernels_OfProducts_AreTheirFormulas(string name)
    {
        var la = Algebras.Get(name);
        var (centres, x) = (Matrix.FromRows([[1, 2], [0, -1]]), Matrix.FromRows([[3], [4]]));

        var linear = Lift(new KernelFeature(new Kernel(KernelKind.Linear), centres), x, la);
        Assert.Equal([3, 2], linear.Column(0).ToArray());
        var cubic = Lift(new KernelFeature(new Kernel(KernelKind.Polynomial, 2, 3), centres), x, la);
        Assert.Equal([Math.Pow(1.75, 3), Math.Pow(1.5, 3)], cubic.Column(0).ToArray());
        Assert.Equal(0, Lift(new KernelFeature(new Kernel(KernelKind.ThinPlate), x), x, la)[0, 0]);
    }

    [Fact]
    public void Hermite_OfAStandardisedCoordinate_AreTheProbabilistsPolynomials()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var feature = new HermiteFeature([1, 0], [2, 1], 4);

        var values = Lift(feature, Matrix.FromRows([[5], [3]]), la).Column(0).ToArray();

        // u = 2 and 3: u^2 - 1, u^3 - 3u, u^4 - 6u^2 + 3.
        Assert.Equal([3, 8, 2, 18, -5, 30], values);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void KMeans_OfSeparatedClouds_FindsTheirMeans(string name)
    {
        var la = Algebras.Get(name);
        var states = Matrices.Gaussian(2, 300, 7);
        for (var j = 0; j < 300; j++)
        {
            (states[0, j], states[1, j]) = ((0.01 * states[0, j]) + (j % 3), (0.01 * states[1, j]) - (j % 3));
        }

        var centres = KMeans.Centres(states, 3, 5, la);

        var found = Enumerable.Range(0, 3).Select(i => centres[0, i]).Order().ToArray();
        Assert.Equal([0, 1, 2], found, (a, b) => Math.Abs(a - b) < 0.01);
        Assert.Equal(4, KMeans.Centres(Matrix.FromRows([[1, 2, 1, 3, 2, 4]]), 10, 5, la).Columns);
    }

    [Fact]
    public void MedianDistance_OfEqualStates_IsOne()
    {
        Assert.Equal(1, SampleGeometry.MedianDistance(Matrix.FromRows([[2, 2, 2]])));
        Assert.Equal(3, SampleGeometry.MedianDistance(Matrix.FromRows([[0, 3, 3]])));
    }

    [Theory]
    [InlineData("poly:5", 100, "poly:5 of 100 coordinates makes 96560545 observables")]
    [InlineData("hermite:64", 300, "hermite:64 of 300 coordinates makes 18900 observables")]
    [InlineData("rff:10000+relu:9000", 2, "1+x+rff:10000+relu:9000 makes 19001 observables")]
    public void Build_TooManyObservables_SaysHowMany(string text, int width, string message)
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);

        var error = Assert.Throws<ObservablesException>(
            () => ObservablesSpec.Parse(text).Build(Matrices.Gaussian(width, 4, 1), la));

        Assert.Equal($"{message} beside the state, more than the 16384 a dictionary may have", error.Message);
    }

    private static Matrix Lift(Feature feature, Matrix states, ILinearAlgebra la)
    {
        var lifted = new Matrix(feature.Count, states.Columns);
        feature.Lift(states, lifted, 0, la);
        return lifted;
    }

    private static double Distance(Matrix a, int i, Matrix b, int j) =>
        Matrices.Distance(a.SelectColumns(i, 1), b.SelectColumns(j, 1));
}
