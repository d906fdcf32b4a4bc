using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class FactorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void AppendToFactor_MoreRows_IsTheFactorOfAll(string name)
    {
        var la = Algebras.Get(name);
        foreach (var (n, count) in ((int, int)[])[(5, 12), (5, 2), (1, 1), (40, 70), (40, 200), (6, 0)])
        {
            var (first, second) = (Matrices.Gaussian(n, n + 3, 1), Matrices.Gaussian(n, count, 2));

            var r = la.AppendToFactor(la.TriangularFactor(first.Transpose()), second.AsSpan(), second.Rows, count);

            var expected = Matrices.Product(first, first.Transpose());
            var more = Matrices.Product(second, second.Transpose());
            Add(expected, more);
            Upper(r);
            Matrices.Close(expected, Matrices.Product(r.Transpose(), r), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void AppendToFactor_ToNothing_IsTheFactorOfTheRows(string name)
    {
        var la = Algebras.Get(name);
        foreach (var (n, count) in ((int, int)[])[(5, 12), (5, 2), (1, 1), (70, 150)])
        {
            var rows = Matrices.Gaussian(n, count, 3);

            var r = la.AppendToFactor(null, rows.AsSpan(), n, count);

            Assert.Equal((Math.Min(n, count), n), (r.Rows, r.Columns));
            Upper(r);
            Matrices.Close(Matrices.Product(rows, rows.Transpose()), Matrices.Product(r.Transpose(), r), 1e-13);
        }

        Assert.Throws<ArgumentException>(() => la.AppendToFactor(new Matrix(2, 2), new double[3], 3, 1));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void JoinFactors_Two_IsTheFactorOfBoth(string name)
    {
        var la = Algebras.Get(name);
        foreach (var n in (int[])[1, 5, 40])
        {
            var (a, b) = (Matrices.Gaussian(n, n, 1), Matrices.Gaussian(n, n, 2));

            var r = la.JoinFactors(la.TriangularFactor(a), la.TriangularFactor(b));

            var expected = Matrices.Product(a.Transpose(), a);
            Add(expected, Matrices.Product(b.Transpose(), b));
            Upper(r);
            Matrices.Close(expected, Matrices.Product(r.Transpose(), r), 1e-13);
        }
    }

    // In one piece, by one chain of chunks, by several chains.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void TransposedFactor_AnyLength_KeepsTheSingularValuesToTheLast(string name)
    {
        var la = Algebras.Get(name);
        double[] planted = [1, 1e-3, 1e-6, 1e-10];
        foreach (var m in (int[])[4, 7, 20, 1500, 6000])
        {
            var a = Matrices.WithSingularValues(4, m, planted, 3);

            var s = la.SingularValues(la.TransposedFactor(a));

            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(planted[i], s[i], 4e-15));
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LeadingSymmetricEigen_PlantedSpectrum_HasTheLargest(string name)
    {
        var la = Algebras.Get(name);
        double[] planted = [9, 4, 1, 0.5, 0.25, -3];
        var q = Matrices.Orthonormal(6, 6, 4);
        var a = Matrices.Product(Matrices.Scaled(q, planted), q.Transpose());

        var (values, vectors) = la.LeadingSymmetricEigen(a, 3);

        Matrices.OrthonormalColumns(vectors);
        Assert.Equal([9.0, 4, 1], values, (x, y) => Math.Abs(x - y) < 1e-12);
        Matrices.Close(Matrices.Scaled(vectors, values), Matrices.Product(a, vectors), 1e-12);
        Assert.Empty(la.LeadingSymmetricEigen(a, 0).Values);
        Assert.Equal(6, la.LeadingSymmetricEigen(a, 9).Values.Length);
    }

    private static void Upper(Matrix r)
    {
        for (var j = 0; j < r.Columns; j++)
        {
            Assert.All(r.Column(j)[Math.Min(j + 1, r.Rows)..].ToArray(), below => Assert.Equal(0, below));
        }
    }

    private static void Add(Matrix target, Matrix more)
    {
        for (var i = 0; i < target.AsSpan().Length; i++)
        {
            target.AsSpan()[i] += more.AsSpan()[i];
        }
    }
}
