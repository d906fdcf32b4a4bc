using System.Numerics;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class SketchSummaryTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_RankFourMapOfTenThousandObservables_FindsItsEigenvaluesFromMergedShards(string name)
    {
        var la = Algebras.Get(name);
        var (basis, c) = (Matrices.Orthonormal(10_000, 4, 30), Matrices.Gaussian(4, 48, 31));
        var (x, y) = (la.Multiply(basis, c), la.Multiply(basis, Matrices.Product(Streams.Map, c)));
        var pairs = new LiftedPairs(new SnapshotPairs(x, y), null);
        var options = new SummaryOptions { Kind = SummaryKind.Sketch, SketchColumns = 8, Blocks = 2 };
        var (first, second) = (
            Streams.Summary(Streams.Columns(pairs, 0, 20), options, la),
            Streams.Summary(Streams.Columns(pairs, 20, 28), options, la));

        first.Merge(second);

        var all = first.All(la);
        Assert.Equal((48, 8), (all.Count, all.Pairs.X.Columns));
        var found = new DmdEstimator().Regress(all, la).Spectrum.Eigenvalues.ToArray();
        Assert.Equal(4, found.Length);
        Close(0.9, found[0], 1e-11);
        Close(-0.7, found[1], 1e-11);
        Close(0.5, found[2], 1e-5);
        Close(0.5, found[3], 1e-5);
        Assert.InRange(first.Loss(la).Energy, 0, 1e-28);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Loss_OfNoisyPairs_IsTheErrorInTraceAndBoundsTheErrorInNorm(string name)
    {
        var la = Algebras.Get(name);
        var (basis, c) = (Matrices.Orthonormal(60, 4, 32), Matrices.Gaussian(4, 400, 33));
        var x = Streams.Plus(la.Multiply(basis, c), Matrices.Gaussian(60, 400, 34), 0.01);
        var clean = la.Multiply(basis, Matrices.Product(Streams.Map, c));
        var y = Streams.Plus(clean, Matrices.Gaussian(60, 400, 35), 0.01);
        var pairs = new LiftedPairs(new SnapshotPairs(x, y), null);
        var options = new SummaryOptions { Kind = SummaryKind.Sketch, SketchColumns = 20, Blocks = 3 };
        var (first, second) = (
            Streams.Summary(Streams.Columns(pairs, 0, 150), options, la),
            Streams.Summary(Streams.Columns(pairs, 150, 250), options, la));

        first.Merge(second);

        var (loss, all) = (first.Loss(la), first.All(la));
        var (exact, kept) = (Products(pairs, la), Products(all, la));
        var error = Streams.Plus(exact, kept, -1);
        var (trace, values) = (Trace(exact), la.SymmetricEigen(error).Values);
        Assert.Equal(Trace(error) / trace, loss.Energy, 1e-12);
        Assert.True(values[^1] >= -1e-12 * trace, "what is left out is positive semidefinite");
        Assert.InRange(loss.Bound, values[0] / trace, loss.Compressions * values[0] / trace);
        Assert.InRange(loss.Energy, 1e-4, 1e-2);
        var fit = new DmdEstimator { RankRule = new Numerics.Fitting.RankRule.Fixed(4) }.Regress(all, la);
        Close(0.9, fit.Spectrum.Eigenvalues.Span[0], 1e-2);
        Close(-0.7, fit.Spectrum.Eigenvalues.Span[1], 1e-2);
    }

    private static Matrix Products(LiftedPairs pairs, ILinearAlgebra la)
    {
        var joint = new Matrix(120, pairs.Pairs.X.Columns);
        for (var j = 0; j < joint.Columns; j++)
        {
            pairs.Pairs.X.Column(j).CopyTo(joint.Column(j));
            pairs.Pairs.Y.Column(j).CopyTo(joint.Column(j)[60..]);
        }

        return la.SymmetricProduct(joint);
    }

    private static double Trace(Matrix a) => Enumerable.Range(0, a.Rows).Sum(i => a[i, i]);

    private static void Close(double expected, Complex actual, double tolerance) =>
        Assert.InRange((expected - actual).Magnitude, 0, tolerance);
}
