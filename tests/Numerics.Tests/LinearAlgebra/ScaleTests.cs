using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

/// <summary>
/// A matrix times 2^k has the same directions and 2^k times the values, whatever k: every decomposition of the seam
/// from 1e-300 to 1e300, judged after an exact scaling back.
/// </summary>
public sealed class ScaleTests
{
    private const double Tolerance = 1e-12;

    // 1e-300, 1e-200, 1e-120, 1e-99, 1e-90, 1e-78, 1e-60, 1e-15, 1, 1e15, 1e99, 1e120, 1e200, 1e300.
    private static readonly int[] _exponents =
        [-996, -664, -398, -328, -298, -260, -200, -50, 0, 50, 328, 398, 664, 996];

    public static TheoryData<string, int> All
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, k) in Algebras.Names.SelectMany(name => _exponents.Select(k => (name, k))))
            {
                data.Add(name, k);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Factors_OfAMatrixAtAnyScale_MakeItUpAgain(string name, int k)
    {
        var la = Algebras.Get(name);
        foreach (var (rows, columns) in ((int, int)[])[(7, 4), (5, 5), (4, 7), (6, 1), (1, 6)])
        {
            var a = Matrices.Gaussian(rows, columns, 1);

            var (q, r) = la.ThinQr(Scaled(a, k));
            var (u, s, vt) = la.ThinSvd(Scaled(a, k));

            Matrices.OrthonormalColumns(q);
            Matrices.Close(a, Matrices.Product(q, Scaled(r, -k)), Tolerance);
            Matrices.OrthonormalColumns(u);
            Matrices.Close(a, Matrices.Product(Matrices.Scaled(u, Back(s, k)), vt), Tolerance);
            Close(Back(s, k), Back(la.SingularValues(Scaled(a, k)), k));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void TriangularFactors_AtAnyScale_HaveTheProductsOfTheirRows(string name, int k)
    {
        var la = Algebras.Get(name);
        var (first, second) = (Matrices.Gaussian(8, 4, 2), Matrices.Gaussian(6, 4, 3));
        var products = Sum(Square(first), Square(second));

        var r = la.TriangularFactor(Scaled(first, k));
        var appended = la.AppendToFactor(r, Scaled(second, k).Transpose().AsSpan(), 4, 6);
        var joined = la.JoinFactors(r, la.TriangularFactor(Scaled(second, k)));

        Matrices.Close(Square(first), Square(Scaled(r, -k)), Tolerance);
        Matrices.Close(products, Square(Scaled(appended, -k)), Tolerance);
        Matrices.Close(products, Square(Scaled(joined, -k)), Tolerance);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Eigenpairs_AtAnyScale_AreThoseAtUnitScale(string name, int k)
    {
        var la = Algebras.Get(name);
        var a = Matrices.Gaussian(6, 6, 4);
        var symmetric = Sum(a, a.Transpose());

        var (values, vectors) = la.Eigen(Scaled(a, k));
        var (all, v) = la.SymmetricEigen(Scaled(symmetric, k));
        var (leading, w) = la.LeadingSymmetricEigen(Scaled(symmetric, k), 2);

        var back = Array.ConvertAll(values, z => new Complex(Math.ScaleB(z.Real, -k), Math.ScaleB(z.Imaginary, -k)));
        Assert.InRange(Matrices.EigenResidual(a, back, vectors), 0, 1e-11);
        Matrices.OrthonormalColumns(v);
        Matrices.Close(
            symmetric, Matrices.Product(Matrices.Scaled(v, Back(all, k)), v.Transpose()), Tolerance);
        Close(Back(all, k)[..2], Back(leading, k));
        Matrices.Close(
            Matrices.Scaled(w, Back(leading, k)), Matrices.Product(symmetric, w), 1e-11);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SmallestSingularPair_AtAnyScale_IsThatAtUnitScale(string name, int k)
    {
        var la = Algebras.Get(name);
        var (re, im) = (Matrices.Gaussian(7, 4, 5), Matrices.Gaussian(7, 4, 6));
        ComplexMatrix At(int power)
        {
            var a = new ComplexMatrix(7, 4);
            for (var i = 0; i < re.AsSpan().Length; i++)
            {
                a.AsSpan()[i] = new Complex(
                    Math.ScaleB(re.AsSpan()[i], power), Math.ScaleB(im.AsSpan()[i], power));
            }

            return a;
        }

        var (unit, scaled) = (la.SmallestSingularPair(At(0)), la.SmallestSingularPair(At(k)));

        Assert.Equal(unit.Sigma, Math.ScaleB(scaled.Sigma, -k), Tolerance);
        var inner = unit.W.Zip(scaled.W, (x, y) => Complex.Conjugate(x) * y).Aggregate((x, y) => x + y);
        Assert.Equal(1, inner.Magnitude, Tolerance);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void TriangularSystems_AtAnyScale_AreSolved(string name, int k)
    {
        var la = Algebras.Get(name);
        var root = Matrices.Gaussian(5, 8, 7);
        var positive = Matrices.Product(root, root.Transpose());
        var b = Matrices.Gaussian(5, 2, 8);

        // L carries the root of the scale, so that an even power goes through it exactly.
        var even = k / 2 * 2;
        var l = la.Cholesky(Scaled(positive, even))!;
        var x = la.SolveLower(l, Scaled(b, even / 2), transpose: false);
        var (packed, pivots) = la.Lu(Scaled(positive, k));
        var (unit, unitPivots) = la.Lu(positive);

        var plain = Scaled(l, -even / 2);
        Matrices.Close(positive, Matrices.Product(plain, plain.Transpose()), Tolerance);
        Matrices.Close(b, Matrices.Product(plain, x), Tolerance);
        Assert.Equal(unitPivots, pivots);
        for (var j = 0; j < 5; j++)
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(unit[i, j], i > j ? packed[i, j] : Math.ScaleB(packed[i, j], -k), 1e-10);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Products_AtAnyScale_AreThoseAtUnitScale(string name, int k)
    {
        var la = Algebras.Get(name);
        var (a, b) = (Matrices.Gaussian(6, 5, 9), Matrices.Gaussian(5, 3, 10));
        var half = k / 2;

        Matrices.Close(Matrices.Product(a, b), Scaled(la.Multiply(Scaled(a, k), b), -k), Tolerance);
        Matrices.Close(
            Matrices.Product(a, a.Transpose()), Scaled(la.SymmetricProduct(Scaled(a, half)), -2 * half), Tolerance);
    }

    private static Matrix Scaled(Matrix a, int k) =>
        new(a.Rows, a.Columns, Array.ConvertAll(a.AsSpan().ToArray(), value => Math.ScaleB(value, k)));

    private static double[] Back(double[] values, int k) => Array.ConvertAll(values, value => Math.ScaleB(value, -k));

    private static Matrix Square(Matrix a) => Matrices.Product(a.Transpose(), a);

    private static Matrix Sum(Matrix a, Matrix b) =>
        new(a.Rows, a.Columns, [.. a.AsSpan().ToArray().Zip(b.AsSpan().ToArray(), (x, y) => x + y)]);

    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }
}
