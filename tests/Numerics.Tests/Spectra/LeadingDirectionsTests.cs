using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

public sealed class LeadingDirectionsTests
{
    // A gap after the fourth, small values from there on: what a rank cut is made for.
    private static readonly double[] _gap =
        [5, 4, 3, 1e-4, .. Enumerable.Range(0, 76).Select(i => 1e-7 * Math.Pow(0.9, i))];

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void OfFactor_PlantedGap_IsTheFullDecomposition(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrices.WithSingularValues(90, 80, _gap, 5);

        var (s, u) = LeadingDirections.OfFactor(a, 4, la)!.Value;

        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(_gap[i], s[i], 2e-14));
        Matrices.OrthonormalColumns(u, 1e-13);
        SameSpan(la.ThinSvd(a).Vt.Transpose().SelectColumns(0, 4), u, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void OfGram_PlantedGap_IsTheFullDecomposition(string name)
    {
        var la = Algebras.Get(name);
        var q = Matrices.Orthonormal(80, 80, 6);
        var gram = Matrices.Product(Matrices.Scaled(q, _gap), q.Transpose());

        var (values, u) = LeadingDirections.OfGram(gram, 4, la)!.Value;

        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(_gap[i], values[i], 2e-14));
        SameSpan(q.SelectColumns(0, 4), u, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void OfFactor_RankBelowCount_HasZeros(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrices.WithSingularValues(90, 80, [2, 1], 7);

        var (s, u) = LeadingDirections.OfFactor(a, 4, la)!.Value;

        Assert.Equal([2.0, 1, 0, 0], s, (x, y) => Math.Abs(x - y) < 1e-14);
        Matrices.OrthonormalColumns(u, 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void OfGram_FlatSpectrum_SaysThatItHasNoAnswer(string name)
    {
        var la = Algebras.Get(name);
        double[] flat = [.. Enumerable.Range(0, 200).Select(i => 1 - (1e-6 * i))];
        var gram = new Matrix(200, 200);
        for (var i = 0; i < 200; i++)
        {
            gram[i, i] = flat[i];
        }

        Assert.Null(LeadingDirections.OfGram(gram, 4, la));
    }

    private static void SameSpan(Matrix expected, Matrix actual, double tolerance)
    {
        var overlap = Matrices.Product(expected.Transpose(), actual);
        Matrices.OrthonormalColumns(overlap, tolerance);
    }
}
