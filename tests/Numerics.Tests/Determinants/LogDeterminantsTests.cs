using System.Numerics;

using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Determinants;

public sealed class LogDeterminantsTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LogAbsDet_BeyondTheRangeOfADouble_IsExact(string name)
    {
        var la = Algebras.Get(name);

        var det = LogDeterminants.LogAbsDet(Diagonal(500, 1e-3), la);
        var pdet = LogDeterminants.LogPdet(Diagonal(500, 1e-3), 1e-10, la);

        Assert.Equal(-3453.8776394910687, det.LogAbs, 1e-9);
        Assert.Equal(1, det.Sign);
        Assert.Equal(-3453.8776394910687, pdet.Value, 1e-9);
        Assert.Equal((500, double.PositiveInfinity), (pdet.Rank, pdet.Gap));
        Assert.Equal(Math.Log(1e-3), pdet.PerDirection, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LogAbsDet_OrthogonalAndScaling_AreZeroAndNLogC(string name)
    {
        var la = Algebras.Get(name);

        Assert.Equal(0, LogDeterminants.LogAbsDet(Matrices.Orthonormal(12, 12, 1), la).LogAbs, 1e-12);
        Assert.Equal(0, LogDeterminants.LogPdet(Matrices.Orthonormal(12, 5, 1), 1e-10, la).Value, 1e-12);
        Assert.Equal(7 * Math.Log(2.5), LogDeterminants.LogAbsDet(Diagonal(7, -2.5), la).LogAbs, 1e-12);
        Assert.Equal(-1, LogDeterminants.LogAbsDet(Diagonal(7, -2.5), la).Sign);
        Assert.Equal(new SignedLogDeterminant(0, 1), LogDeterminants.LogAbsDet(new Matrix(0, 0), la));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LogAbsDet_RowsExchanged_FlipTheSign(string name)
    {
        var la = Algebras.Get(name);

        Assert.Equal(new SignedLogDeterminant(0, -1), LogDeterminants.LogAbsDet(Matrix.FromRows([[0, 1], [1, 0]]), la));
        Assert.Equal(
            new SignedLogDeterminant(double.NegativeInfinity, 0),
            LogDeterminants.LogAbsDet(Matrix.FromRows([[1, 2], [2, 4]]), la));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LogPdet_WideAndTall_IsHalfTheLogDeterminantOfTheGram(string name)
    {
        var la = Algebras.Get(name);
        var j = Matrices.Gaussian(4, 9, 2);
        var expected = 0.5 * LogDeterminants.LogAbsDet(Matrices.Product(j, j.Transpose()), la).LogAbs;

        Assert.Equal(expected, LogDeterminants.LogPdet(j, 1e-10, la).Value, 1e-11);
        Assert.Equal(expected, LogDeterminants.LogPdet(j.Transpose(), 1e-10, la).Value, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LogPdet_RankDeficient_ReportsRankAndGap(string name)
    {
        var la = Algebras.Get(name);
        var j = Matrices.WithSingularValues(6, 8, [4, 2, 1e-7], 3);

        var loose = LogDeterminants.LogPdet(j, 1e-6, la);
        var tight = LogDeterminants.LogPdet(j, 1e-10, la);

        Assert.Equal(Math.Log(8), loose.Value, 1e-12);
        Assert.Equal(2, loose.Rank);
        Assert.Equal(2e7, loose.Gap, 2e7 * 1e-6);
        Assert.Equal(Math.Log(8e-7), tight.Value, 1e-7);
        Assert.Equal((3, 6), (tight.Rank, tight.SingularValues.Length));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void LogPdet_ZeroMap_IsFlaggedByItsRank(string name)
    {
        var zero = LogDeterminants.LogPdet(new Matrix(3, 5), 1e-10, Algebras.Get(name));

        Assert.Equal((0, 0, 0), (zero.Value, zero.Rank, zero.PerDirection));
        Assert.Equal([0, 0, 0], zero.SingularValues.ToArray());
    }

    [Theory]
    [InlineData("openblas", 1e300)]
    [InlineData("managed", 1e300)]
    [InlineData("openblas", 1e-300)]
    [InlineData("managed", 1e-300)]
    [InlineData("openblas", 1e-310)]
    [InlineData("managed", 1e-310)]
    public void Determinants_ExtremeScale_ShiftByTheLogarithm(string name, double scale)
    {
        var la = Algebras.Get(name);
        var j = Matrix.FromRows([[3 * scale, 0], [scale, 2 * scale]]);

        var expected = Math.Log(6) + (2 * Math.Log(scale));
        Assert.Equal(expected, LogDeterminants.LogAbsDet(j, la).LogAbs, 1e-9);
        Assert.Equal(expected, LogDeterminants.LogPdet(j, 1e-10, la).Value, 1e-9);
    }

    [Fact]
    public void LogEigDet_SumsLogModuli()
    {
        Assert.Equal(Math.Log(10), LogDeterminants.LogEigDet([new(3, 4), new(0, -2)]), 1e-14);
        Assert.Equal(0, LogDeterminants.LogEigDet([]));
        Assert.Equal(double.NegativeInfinity, LogDeterminants.LogEigDet([Complex.One, Complex.Zero]));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Determinants_BadInput_IsNamed(string name)
    {
        var la = Algebras.Get(name);
        var nan = Matrix.FromRows([[1, double.NaN], [0, 1]]);

        Assert.Equal(
            "the matrix of a determinant was expected to be 2 x 2, got 2 x 3",
            Assert.Throws<ShapeMismatchException>(() => LogDeterminants.LogAbsDet(new Matrix(2, 3), la)).Message);
        Assert.StartsWith(
            "the matrix of a determinant holds NaN",
            Assert.Throws<NonFiniteDataException>(() => LogDeterminants.LogAbsDet(nan, la)).Message);
        Assert.StartsWith(
            "the matrix of a pseudo-determinant holds NaN",
            Assert.Throws<NonFiniteDataException>(() => LogDeterminants.LogPdet(nan, 1e-10, la)).Message);
        Assert.Contains(
            "lies in [0, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => LogDeterminants.LogPdet(new Matrix(1, 1), 1, la)).Message);
    }

    private static Matrix Diagonal(int n, double value)
    {
        var matrix = new Matrix(n, n);
        for (var i = 0; i < n; i++)
        {
            matrix[i, i] = value;
        }

        return matrix;
    }
}
