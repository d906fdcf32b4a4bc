using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class EigenTests
{
    public static TheoryData<string, int, int> Orders => Algebras.With((1, 1), (2, 2), (5, 5), (50, 50), (200, 200));

    [Theory]
    [MemberData(nameof(Orders))]
    public void SymmetricEigen_PlantedValues_DescendWithOrthonormalVectors(string name, int n, int columns)
    {
        var algebra = Algebras.Get(name);
        var planted = Enumerable.Range(0, n).Select(i => 3.0 - (5.0 * i / Math.Max(1, columns))).ToArray();
        var v = Matrices.Orthonormal(n, n, 21);
        var a = Matrices.Product(Matrices.Scaled(v, planted), v.Transpose());

        var (values, vectors) = algebra.SymmetricEigen(WithLowerTriangleSpoiled(a));

        Assert.Equal(planted, values, (x, y) => Math.Abs(x - y) < 1e-12);
        Matrices.OrthonormalColumns(vectors);
        Matrices.Close(a, Matrices.Product(Matrices.Scaled(vectors, values), vectors.Transpose()), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Eigen_RandomMatrix_SatisfiesItsEquationWithUnitVectors(string name, int n, int columns)
    {
        var algebra = Algebras.Get(name);
        var a = Matrices.Gaussian(n, columns, 22);

        var (values, vectors) = algebra.Eigen(a);

        Assert.InRange(Matrices.EigenResidual(a, values, vectors), 0, 1e-13 * n * Math.Max(1, Matrices.Norm(a)));
        for (var j = 0; j < n; j++)
        {
            Assert.Equal(1, vectors.Column(j).ToArray().Sum(w => Math.Pow(Complex.Abs(w), 2)), 1e-12);
        }

        AssertConjugatesAdjacent(values, vectors);
        var trace = Enumerable.Range(0, n).Sum(i => a[i, i]);
        Assert.Equal(trace, values.Sum(value => value.Real), 1e-10 * n);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_Rotation_IsOnTheUnitCircle(string name)
    {
        var algebra = Algebras.Get(name);
        var rotation = Matrix.FromRows([[Math.Cos(0.3), -Math.Sin(0.3)], [Math.Sin(0.3), Math.Cos(0.3)]]);

        var (values, _) = algebra.Eigen(rotation);

        Assert.Equal(new Complex(0.9553364891256060, 0.2955202066613396), values[0], Near);
        Assert.Equal(Complex.Conjugate(values[0]), values[1]);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_DefectiveMatrix_FindsTheDoubleValueToHalfTheDigits(string name)
    {
        var algebra = Algebras.Get(name);

        var (values, vectors) = algebra.Eigen(Matrix.FromRows([[0.6, 1], [0, 0.6]]));

        Assert.All(values, value => Assert.Equal(0, Complex.Abs(value - 0.6), 1e-7));
        Assert.Equal(1, Complex.Abs(vectors[0, 1]), 1e-7);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_GraphOnWhichTheShiftedIterationCycles_StillConverges(string name)
    {
        // The known counterexample to the unguarded EISPACK shift; characteristic polynomial t^2 (t^3 - t^2 - t) up to
        // sign.
        var algebra = Algebras.Get(name);
        var a = Matrix.FromRows([[0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 1, 0], [1, 1, 0, 0, 1], [1, 0, 1, 0, 1]]);

        var (values, vectors) = algebra.Eigen(a);

        Assert.InRange(Matrices.EigenResidual(a, values, vectors), 0, 1e-7);
        Assert.Equal(1, values.Sum(value => value.Real), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_CyclicPermutation_IsTheRootsOfUnity(string name)
    {
        var algebra = Algebras.Get(name);
        const int N = 12;
        var a = new Matrix(N, N);
        for (var i = 0; i < N; i++)
        {
            a[(i + 1) % N, i] = 1;
        }

        var (values, vectors) = algebra.Eigen(a);

        Assert.All(values, value => Assert.Equal(0, Complex.Abs(Complex.Pow(value, N) - 1), 1e-12));
        Assert.Equal(0, values.Aggregate(Complex.Zero, (x, y) => x + y).Magnitude, 1e-12);
        Assert.InRange(Matrices.EigenResidual(a, values, vectors), 0, 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_ZeroAndIdentity_AreExact(string name)
    {
        var algebra = Algebras.Get(name);

        Assert.All(algebra.Eigen(new Matrix(3, 3)).Values, value => Assert.Equal(Complex.Zero, value));
        Assert.All(algebra.Eigen(Matrix.Identity(3)).Values, value => Assert.Equal(Complex.One, value));
        Assert.Empty(algebra.Eigen(new Matrix(0, 0)).Values);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_InfiniteElement_SaysSoInsteadOfIterating(string name)
    {
        var algebra = Algebras.Get(name);
        var a = Matrix.FromRows([[1, double.PositiveInfinity], [0, 1]]);

        Assert.EndsWith(
            "got a 2 x 2 matrix with a NaN or infinite element, expected finite numbers only",
            Assert.Throws<NotConvergedException>(() => algebra.Eigen(a)).Message);
        Assert.Throws<NotConvergedException>(() => algebra.SymmetricEigen(a));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Eigen_NotSquare_IsRefused(string name)
    {
        var algebra = Algebras.Get(name);

        var error = Assert.Throws<ArgumentException>(() => algebra.Eigen(new Matrix(2, 3)));

        Assert.Contains("got a 2 x 3 matrix, expected a square one", error.Message);
    }

    private static bool Near(Complex x, Complex y) => Complex.Abs(x - y) < 1e-13;

    private static Matrix WithLowerTriangleSpoiled(Matrix a)
    {
        var spoiled = a.Copy();
        for (var j = 0; j < a.Columns; j++)
        {
            for (var i = j + 1; i < a.Rows; i++)
            {
                spoiled[i, j] = 99;
            }
        }

        return spoiled;
    }

    private static void AssertConjugatesAdjacent(Complex[] values, ComplexMatrix vectors)
    {
        for (var j = 0; j < values.Length; j++)
        {
            if (values[j].Imaginary != 0)
            {
                Assert.True(values[j].Imaginary > 0);
                Assert.Equal(Complex.Conjugate(values[j]), values[j + 1]);
                Assert.Equal(Complex.Conjugate(vectors[0, j]), vectors[0, j + 1]);
                j++;
            }
        }
    }
}
