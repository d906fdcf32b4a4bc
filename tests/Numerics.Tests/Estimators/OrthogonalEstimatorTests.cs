using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class OrthogonalEstimatorTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_T3OrthogonalMapUnderNoise_StaysOnTheUnitCircle(string name)
    {
        var la = Algebras.Get(name);
        var q = Matrices.Orthonormal(5, 5, 1);
        var pairs = Planted.Linear(q, 4000, 2);
        Add(pairs.X, Matrices.Gaussian(5, 4000, 3), 0.2);
        Add(pairs.Y, Matrices.Gaussian(5, 4000, 4), 0.2);

        var fit = new OrthogonalEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Matrices.OrthonormalColumns(Map(fit));
        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(1, value.Magnitude, 1e-12));
        Matrices.Close(q, Map(fit), 0.01);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_Orthogonal_IsNoWorseThanItsNeighbours(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(3, 20, 5), Matrices.Gaussian(3, 20, 6));

        var best = Map(new OrthogonalEstimator().Fit(SnapshotData.FromPairs(x, y), la));

        var error = Matrices.Distance(y, Matrices.Product(best, x));
        for (var axis = 0; axis < 3; axis++)
        {
            foreach (var angle in (double[])[-0.5, -0.01, 0.01, 0.5, Math.PI])
            {
                var (turn, a, b) = (Matrix.Identity(3), axis, (axis + 1) % 3);
                (turn[a, a], turn[b, b]) = (Math.Cos(angle), Math.Cos(angle));
                (turn[a, b], turn[b, a]) = (-Math.Sin(angle), Math.Sin(angle));
                var neighbour = Matrices.Product(turn, best);
                Assert.True(error < Matrices.Distance(y, Matrices.Product(neighbour, x)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SymmetricAndSkew_AreStationaryWithinTheirFamily(string name)
    {
        var la = Algebras.Get(name);
        var (x, y) = (Matrices.Gaussian(4, 20, 7), Matrices.Gaussian(4, 20, 8));
        foreach (var (constraint, sign) in new[] { (Constraint.Symmetric, 1.0), (Constraint.SkewSymmetric, -1.0) })
        {
            var map = Map(new OrthogonalEstimator { Constraint = constraint }.Fit(SnapshotData.FromPairs(x, y), la));

            Matrices.Close(map, Matrices.Scaled(map.Transpose(), [sign, sign, sign, sign]), 1e-12);
            var residual = Matrices.Product(map, x);
            Add(residual, y, -1);
            var gradient = Matrices.Product(residual, x.Transpose());
            Add(gradient, gradient.Transpose(), sign);
            Assert.InRange(Matrices.Norm(gradient), 0, 1e-11);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_MapOfItsFamily_IsRecovered(string name)
    {
        var la = Algebras.Get(name);
        var symmetric = Matrix.FromRows([[0.5, 0.3, 0], [0.3, -0.2, 0.1], [0, 0.1, 0.9]]);
        var skew = Matrix.FromRows([[0, 0.3, -1], [-0.3, 0, 0.2], [1, -0.2, 0]]);
        KoopmanOperator Fit(Matrix map, Constraint constraint) =>
            new OrthogonalEstimator { Constraint = constraint }
                .Fit(SnapshotData.FromPairs(Planted.Linear(map, 20, 9)), la);

        var (s, k) = (Fit(symmetric, Constraint.Symmetric), Fit(skew, Constraint.SkewSymmetric));

        Matrices.Close(symmetric, Map(s), 1e-12);
        Matrices.Close(skew, Map(k), 1e-12);
        Assert.All(s.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(0, value.Imaginary, 1e-12));
        Assert.All(k.Spectrum.Eigenvalues.ToArray(), value => Assert.Equal(0, value.Real, 1e-12));
        Assert.Equal("symmetric-dmd", s.Method);
        Assert.Equal("skew-symmetric-dmd", k.Method);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_MapOutsideTheFamily_ShowsInTheResiduals(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Planted.Linear(Matrix.FromRows([[0.5, 5], [0, 0.5]]), 20, 9));

        var fit = new OrthogonalEstimator().Fit(data, la);

        Assert.All(fit.Spectrum.Residuals.ToArray(), r => Assert.InRange(r, 0.1, 10));
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SuccessorsOfLowerRank_SaysHowMuchIsArbitrary(string name)
    {
        var la = Algebras.Get(name);
        var data = SnapshotData.FromPairs(Planted.Linear(Matrix.FromRows([[1, 0], [0, 0]]), 20, 9));

        var fit = new OrthogonalEstimator().Fit(data, la);

        Matrices.OrthonormalColumns(Map(fit));
        Assert.Equal(
            "the data determines the orthogonal factor in 1 of 2 directions, the rest is arbitrary",
            Assert.Single(fit.Diagnostics.Warnings));
    }

    [Fact]
    public void Constraint_Unknown_IsRefused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new OrthogonalEstimator { Constraint = (Constraint)7 });

        Assert.StartsWith(
            "the constraint is Orthogonal, Symmetric or SkewSymmetric", error.Message, StringComparison.Ordinal);
    }
}
