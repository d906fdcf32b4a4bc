using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class OrthogonalFactorTests
{
    public static TheoryData<string, int, int> Shapes => Algebras.With(
        (1, 1), (2, 2), (5, 5), (50, 50), (200, 200), (1, 5), (5, 1), (5, 200), (200, 5), (300, 50), (50, 300));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ThinQr_AnyShape_RebuildsAFromOrthonormalColumns(string name, int m, int n)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.Gaussian(m, n, 7);

        var (q, r) = algebra.ThinQr(a);

        Matrices.Close(a, Matrices.Product(q, r), 1e-13);
        Matrices.OrthonormalColumns(q);
        AssertUpper(r, Math.Min(m, n), n);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TriangularFactor_AnyShape_HasTheGramOfA(string name, int m, int n)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.Gaussian(m, n, 8);

        var r = algebra.TriangularFactor(a);

        AssertUpper(r, Math.Min(m, n), n);
        Matrices.Close(Matrices.Product(a.Transpose(), a), Matrices.Product(r.Transpose(), r), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ThinSvd_PlantedSingularValues_AreFound(string name, int m, int n)
    {
        var algebra = Algebras.Get(name);
        var planted = Enumerable.Range(0, Math.Min(m, n)).Select(i => 10.0 / (1 + i)).ToArray();
        var a = Matrices.WithSingularValues(m, n, planted, 9);

        var (u, s, vt) = algebra.ThinSvd(a);

        Assert.Equal(planted, s, (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(planted, algebra.SingularValues(a), (x, y) => Math.Abs(x - y) < 1e-12);
        Matrices.OrthonormalColumns(u);
        Matrices.OrthonormalColumns(vt.Transpose());
        Matrices.Close(a, Matrices.Product(Matrices.Scaled(u, s), vt), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ThinSvd_RankDeficient_HasZerosAndStillOrthonormalFactors(string name)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.WithSingularValues(60, 20, [5, 3, 1], 10);

        var (u, s, vt) = algebra.ThinSvd(a);

        Assert.All(s[3..], value => Assert.InRange(value, 0, 1e-14));
        Matrices.OrthonormalColumns(u);
        Matrices.OrthonormalColumns(vt.Transpose());
        Matrices.Close(a, Matrices.Product(Matrices.Scaled(u, s), vt), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ThinSvd_ZeroMatrix_HasZeroValuesAndOrthonormalFactors(string name)
    {
        var algebra = Algebras.Get(name);

        var (u, s, vt) = algebra.ThinSvd(new Matrix(6, 4));

        Assert.All(s, value => Assert.Equal(0, value));
        Matrices.OrthonormalColumns(u);
        Matrices.OrthonormalColumns(vt.Transpose());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void SingularValues_GradedToFourteenDigits_AreRecoveredToRounding(string name)
    {
        var algebra = Algebras.Get(name);
        var planted = Enumerable.Range(0, 15).Select(i => Math.Pow(10, -i)).ToArray();
        var a = Matrices.WithSingularValues(40, 15, planted, 11);

        var s = algebra.SingularValues(a);

        Assert.Equal(planted, s, (x, y) => Math.Abs(x - y) < 2e-15);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ThinSvd_ExtremeScale_NeitherOverflowsNorUnderflows(string name)
    {
        var algebra = Algebras.Get(name);
        foreach (var scale in new[] { 1e-140, 1e-50, 1e-20, 1e140 })
        {
            var a = Matrices.Scaled(
                Matrices.WithSingularValues(8, 5, [5, 4, 3, 2, 1], 12), Enumerable.Repeat(scale, 5).ToArray());

            Assert.Equal([5, 4, 3, 2, 1], algebra.SingularValues(a), (x, y) => Math.Abs(x - (y / scale)) < 1e-13);
            var (u, s, vt) = algebra.ThinSvd(a);
            var unscaled = Array.ConvertAll(s, value => value / scale);
            Matrices.Close(
                Matrices.WithSingularValues(8, 5, [5, 4, 3, 2, 1], 12),
                Matrices.Product(Matrices.Scaled(u, unscaled), vt), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ThinSvd_NoRowsOrColumns_IsEmpty(string name)
    {
        var algebra = Algebras.Get(name);

        var (u, s, vt) = algebra.ThinSvd(new Matrix(3, 0));
        var (q, r) = algebra.ThinQr(new Matrix(0, 3));

        Assert.Equal((3, 0, 0, 0, 0), (u.Rows, u.Columns, s.Length, vt.Rows, vt.Columns));
        Assert.Equal((0, 0, 0, 3), (q.Rows, q.Columns, r.Rows, r.Columns));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ThinSvd_NaNInside_SaysSoInsteadOfIterating(string name)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.Gaussian(4, 3, 1);
        a[2, 1] = double.NaN;

        var error = Assert.Throws<NotConvergedException>(() => algebra.ThinSvd(a));

        Assert.EndsWith(
            "got a 4 x 3 matrix with a NaN or infinite element, expected finite numbers only", error.Message);
        Assert.Throws<NotConvergedException>(() => algebra.SingularValues(a));
    }

    public static TheoryData<string, int, int> TallShapes =>
        Algebras.With((1, 1), (4, 2), (10, 5), (100, 50), (240, 120));

    [Theory]
    [MemberData(nameof(TallShapes))]
    public void SmallestSingularPair_RandomComplex_AgreesWithTheRealEmbedding(string name, int m, int n)
    {
        var algebra = Algebras.Get(name);
        var (re, im) = (Matrices.Gaussian(m, n, 13), Matrices.Gaussian(m, n, 14));
        var a = Complexify(re, im);

        var (sigma, w) = algebra.SmallestSingularPair(a);

        // [[Re, -Im], [Im, Re]] has each singular value of Re + i Im twice.
        Assert.Equal(algebra.SingularValues(Embedding(re, im))[^1], sigma, 1e-11);
        Assert.Equal(1, w.Sum(value => Math.Pow(Complex.Abs(value), 2)), 1e-12);
        Assert.Equal(sigma, NormOfProduct(a, w), 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void SmallestSingularPair_SingularOrClusteredMatrix_StillHasTheRightPair(string name)
    {
        var algebra = Algebras.Get(name);
        double[][] spectra = [[3, 2, 0], [3, 1, 0.99], [1, 1, 1], [2, 1, 1], [1, 1e-9, 1e-15], [0, 0, 0]];
        foreach (var planted in spectra)
        {
            var a = Complexify(Matrices.WithSingularValues(6, 3, planted, 15), new Matrix(6, 3));

            var (sigma, w) = algebra.SmallestSingularPair(a);

            Assert.Equal(planted[2], sigma, 1e-14);
            Assert.Equal(planted[2], NormOfProduct(a, w), 1e-14);
            Assert.Equal(1, w.Sum(value => Math.Pow(Complex.Abs(value), 2)), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void SmallestSingularPair_WideMatrix_IsRefused(string name)
    {
        var algebra = Algebras.Get(name);

        var error = Assert.Throws<ArgumentException>(() => algebra.SmallestSingularPair(new ComplexMatrix(2, 3)));

        Assert.StartsWith(
            "the smallest singular pair needs at least as many rows as columns and one column, got 2 x 3",
            error.Message);
    }

    private static ComplexMatrix Complexify(Matrix re, Matrix im)
    {
        var a = new ComplexMatrix(re.Rows, re.Columns);
        for (var i = 0; i < a.AsSpan().Length; i++)
        {
            a.AsSpan()[i] = new Complex(re.AsSpan()[i], im.AsSpan()[i]);
        }

        return a;
    }

    private static Matrix Embedding(Matrix re, Matrix im)
    {
        var (m, n) = (re.Rows, re.Columns);
        var embedding = new Matrix(2 * m, 2 * n);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                (embedding[i, j], embedding[m + i, n + j]) = (re[i, j], re[i, j]);
                (embedding[i, n + j], embedding[m + i, j]) = (-im[i, j], im[i, j]);
            }
        }

        return embedding;
    }

    private static double NormOfProduct(ComplexMatrix a, Complex[] w) => Math.Sqrt(Enumerable.Range(0, a.Rows).Sum(
        i => Math.Pow(
            Complex.Abs(w.Select((value, j) => a[i, j] * value).Aggregate(Complex.Zero, (x, y) => x + y)), 2)));

    private static void AssertUpper(Matrix r, int rows, int columns)
    {
        Assert.Equal((rows, columns), (r.Rows, r.Columns));
        for (var j = 0; j < columns; j++)
        {
            for (var i = j + 1; i < rows; i++)
            {
                Assert.Equal(0, r[i, j]);
            }
        }
    }
}
