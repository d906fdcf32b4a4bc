using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class TriangularSystemTests
{
    public static TheoryData<string, int, int> Orders => Algebras.With((1, 1), (2, 2), (5, 3), (50, 7), (200, 4));

    [Theory]
    [MemberData(nameof(Orders))]
    public void Lu_RandomMatrix_RebuildsTheRowPermutedMatrix(string name, int n, int seed)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.Gaussian(n, n, seed);

        var (packed, pivots) = algebra.Lu(a);

        var (l, u, permuted) = (Matrix.Identity(n), new Matrix(n, n), a.Copy());
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                (j < i ? l : u)[i, j] = packed[i, j];
                (permuted[i, j], permuted[pivots[i], j]) = (permuted[pivots[i], j], permuted[i, j]);
            }
        }

        Matrices.Close(permuted, Matrices.Product(l, u), 1e-12);
        Assert.All(l.AsSpan().ToArray(), factor => Assert.InRange(Math.Abs(factor), 0, 1));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Lu_SingularMatrix_KeepsTheZeroPivot(string name)
    {
        var algebra = Algebras.Get(name);

        var (packed, _) = algebra.Lu(Matrix.FromRows([[1, 2, 3], [2, 4, 6], [0, 0, 5]]));

        var product = packed[0, 0] * packed[1, 1] * packed[2, 2];
        Assert.Equal(0, product);
        Assert.Equal(0, algebra.Lu(new Matrix(2, 2)).Packed[1, 1]);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Cholesky_PositiveDefinite_RebuildsIt(string name, int n, int seed)
    {
        var algebra = Algebras.Get(name);
        var root = Matrices.Gaussian(n, n + 5, seed);
        var a = Matrices.Product(root, root.Transpose());
        var upperOnly = a.Copy();
        for (var j = 0; j < n; j++)
        {
            upperOnly.Column(j)[(j + 1)..].Fill(-7);
        }

        var l = algebra.Cholesky(upperOnly);

        Assert.NotNull(l);
        Matrices.Close(a, Matrices.Product(l, l.Transpose()), 1e-13);
        Assert.Equal(0, n > 1 ? l[0, n - 1] : 0);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Cholesky_NotPositiveDefinite_IsNull(string name)
    {
        var algebra = Algebras.Get(name);

        Assert.Null(algebra.Cholesky(Matrix.FromRows([[1, 2], [2, 1]])));
        Assert.Null(algebra.Cholesky(new Matrix(3, 3)));
        Assert.Null(algebra.Cholesky(Matrix.FromRows([[1, double.NaN], [double.NaN, 1]])));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void SolveLower_EitherWay_SolvesTheSystem(string name, int n, int columns)
    {
        var algebra = Algebras.Get(name);
        var l = algebra.ThinQr(Matrices.Gaussian(n, n, 3)).R.Transpose();
        var b = Matrices.Gaussian(n, columns, 4);

        Matrices.Close(b, Matrices.Product(l, algebra.SolveLower(l, b, transpose: false)), 1e-9);
        Matrices.Close(b, Matrices.Product(l.Transpose(), algebra.SolveLower(l, b, transpose: true)), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void SolveLower_RightHandSideOfAnotherHeight_IsRefused(string name)
    {
        var algebra = Algebras.Get(name);

        var error = Assert.Throws<ArgumentException>(
            () => algebra.SolveLower(Matrix.Identity(2), new Matrix(3, 1), false));

        Assert.Contains("got a 3 x 1 right-hand side, expected 2 rows", error.Message);
    }
}
