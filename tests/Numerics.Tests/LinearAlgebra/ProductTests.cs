using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class ProductTests
{
    public static TheoryData<string, int, int> Shapes =>
        Algebras.With((1, 1), (2, 5), (5, 2), (50, 7), (7, 50), (120, 200));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gemm_EveryTranspose_EqualsTripleLoop(string name, int m, int n)
    {
        var algebra = Algebras.Get(name);
        const int K = 9;
        var (a, b) = (Matrices.Gaussian(m, K, 1), Matrices.Gaussian(K, n, 2));
        var expected = Matrices.Product(a, b);

        Matrices.Close(expected, algebra.Multiply(a, b), 1e-13);
        Matrices.Close(expected, algebra.Multiply(a.Transpose(), b, transposeA: true), 1e-13);
        Matrices.Close(expected, algebra.Multiply(a, b.Transpose(), transposeB: true), 1e-13);
        Matrices.Close(expected, algebra.Multiply(a.Transpose(), b.Transpose(), true, true), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Gemm_SubmatricesWithAlphaAndBeta_LeavesTheRestAlone(string name)
    {
        var algebra = Algebras.Get(name);
        var (a, b) = (Matrices.Gaussian(6, 4, 1), Matrices.Gaussian(7, 5, 2));
        var c = Matrices.Gaussian(8, 5, 3);
        var before = c.Copy();

        algebra.Gemm(false, false, 3, 5, 4, 2.0, a.AsSpan(), 6, b.AsSpan(), 7, -0.5, c.AsSpan(), 8);

        for (var j = 0; j < 5; j++)
        {
            for (var i = 0; i < 8; i++)
            {
                var product = Enumerable.Range(0, 4).Sum(k => i < 3 ? a[i, k] * b[k, j] : 0);
                Assert.Equal(i < 3 ? (2 * product) - (0.5 * before[i, j]) : before[i, j], c[i, j], 1e-12);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Gemm_BetaZero_OverwritesNaN(string name)
    {
        var algebra = Algebras.Get(name);
        double[] c = [double.NaN];

        algebra.Gemm(false, false, 1, 1, 1, 1.0, [2.0], 1, [3.0], 1, 0, c, 1);

        Assert.Equal(6, c[0]);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Gemm_Float32_EqualsFloat64ToItsRounding(string name)
    {
        var algebra = Algebras.Get(name);
        var (a, b) = (Matrices.Gaussian(30, 40, 1), Matrices.Gaussian(20, 40, 2));
        var c = new float[30 * 20];

        algebra.Gemm(
            false, true, 30, 20, 40, 1f, Array.ConvertAll(a.AsSpan().ToArray(), x => (float)x), 30,
            Array.ConvertAll(b.AsSpan().ToArray(), x => (float)x), 20, 0f, c, 30);

        Matrices.Close(
            Matrices.Product(a, b.Transpose()), new Matrix(30, 20, Array.ConvertAll(c, x => (double)x)), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Syrk_AddsToTheUpperTriangle_LeavesTheLowerAlone(string name, int n, int k)
    {
        var algebra = Algebras.Get(name);
        var (a, c) = (Matrices.Gaussian(n, k, 1), Matrices.Gaussian(n, n, 2));
        var before = c.Copy();
        var full = Matrices.Product(a, a.Transpose());

        algebra.Syrk(n, k, 2, a.AsSpan(), n, 0.5, c.AsSpan(), n);

        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i < n; i++)
            {
                Assert.Equal(i <= j ? (2 * full[i, j]) + (0.5 * before[i, j]) : before[i, j], c[i, j], 1e-10);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void SymmetricProduct_BothSides_FillsBothTriangles(string name, int m, int n)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.Gaussian(m, n, 1);

        Matrices.Close(Matrices.Product(a, a.Transpose()), algebra.SymmetricProduct(a), 1e-13);
        Matrices.Close(Matrices.Product(a.Transpose(), a), algebra.SymmetricProduct(a, transpose: true), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Multiply_Vector_EqualsMatrixColumn(string name)
    {
        var algebra = Algebras.Get(name);
        var (a, x) = (Matrices.Gaussian(4, 3, 1), Matrices.Gaussian(3, 1, 2));

        Assert.Equal(
            Matrices.Product(a, x).AsSpan().ToArray(), algebra.Multiply(a, x.AsSpan()), (p, q) => Math.Abs(p - q) < 1e-14);
        Assert.Equal(
            Matrices.Product(a, x).AsSpan().ToArray(), algebra.Multiply(a.Transpose(), x.AsSpan(), transposeA: true),
            (p, q) => Math.Abs(p - q) < 1e-14);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Multiply_InnerSizesDiffer_NamesBothShapes(string name)
    {
        var algebra = Algebras.Get(name);

        var error = Assert.Throws<ArgumentException>(() => algebra.Multiply(new Matrix(2, 3), new Matrix(4, 5)));

        Assert.StartsWith("a 2 x 3 matrix cannot multiply a 4 x 5 matrix: 3 is not 4", error.Message);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Gemm_BufferTooShort_IsRefusedBeforeNativeCode(string name)
    {
        var algebra = Algebras.Get(name);

        var error = Assert.Throws<ArgumentException>(
            () => algebra.Gemm(false, false, 2, 2, 2, 1.0, new double[3], 2, new double[4], 2, 0, new double[4], 2));

        Assert.StartsWith("a holds 3 elements, too few for 2 x 2 with leading dimension 2", error.Message);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Gemm_LeadingDimensionTooSmall_IsRefused(string name)
    {
        var algebra = Algebras.Get(name);

        var error = Assert.Throws<ArgumentException>(
            () => algebra.Gemm(false, false, 2, 2, 2, 1.0, new double[4], 1, new double[4], 2, 0, new double[4], 2));

        Assert.StartsWith("a is 2 x 2 with leading dimension 1, expected at least 2", error.Message);
    }
}
