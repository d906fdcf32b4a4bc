using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Online;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Online;

public sealed class StreamingDmdTests
{
    private static readonly Matrix _nonNormal = Matrix.FromRows([[0.9, 2, 0], [0, 0.7, 1], [0, 0, 0.5]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_LowRankNonNormalMap_EqualsTheBatch(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Sensed(_nonNormal, 30, 120, 1);
        var batch = new DmdEstimator().Fit(SnapshotData.FromPairs(pairs), la);
        var unheld = new DmdEstimator { HoldOut = 0 }.Fit(SnapshotData.FromPairs(pairs), la);

        foreach (var block in (int[])[1, 7, 120])
        {
            var streaming = Run(pairs, new StreamingDmdOptions { MaxRank = 4 }, block, la);

            Assert.Equal((3, 3), streaming.Directions);
            Assert.Equal(0, streaming.DroppedEnergy);
            Same(batch, streaming.ToOperator(la), 1e-10);
            Assert.InRange(streaming.ToOperator(la).Diagnostics.FitError!.Value, 0, 1e-7);
            Assert.Equal(
                unheld.Diagnostics.PersistenceError!.Value,
                streaming.ToOperator(la).Diagnostics.PersistenceError!.Value, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_FullRankData_EqualsTheBatchWhileNothingIsCut(string name)
    {
        var la = Algebras.Get(name);
        var pairs = new SnapshotPairs(Matrices.Gaussian(8, 100, 1), Matrices.Gaussian(8, 100, 2));

        var streaming = Run(pairs, new StreamingDmdOptions { MaxRank = 8 }, 1, la);
        var batch = new DmdEstimator().Fit(SnapshotData.FromPairs(pairs), la);

        Same(batch, streaming.ToOperator(la), 1e-10);
        Assert.Equal(batch.Diagnostics.FitError!.Value, streaming.ToOperator(la).Diagnostics.FitError!.Value, 1e-7);
        Assert.Empty(streaming.ToOperator(la).Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_DefectiveMap_HasItsDoubleEigenvalueToTheRootOfRounding(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Sensed(Matrix.FromRows([[0.6, 1], [0, 0.6]]), 10, 50, 1);

        var fit = Run(pairs, new StreamingDmdOptions(), 1, la).ToOperator(la);

        Assert.All(fit.Spectrum.Eigenvalues.ToArray(), v => Assert.InRange((v - 0.6).Magnitude, 0, 1e-6));
        Assert.Equal(2, fit.Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_NoiseBeyondTheRank_IsCutAndReportedAndTheLeadingEigenvaluesStay(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Sensed(_nonNormal, 40, 400, 1);
        var (e, f) = (Matrices.Gaussian(40, 400, 5), Matrices.Gaussian(40, 400, 6));
        for (var i = 0; i < 40 * 400; i++)
        {
            pairs.X.AsSpan()[i] += 1e-4 * e.AsSpan()[i];
            pairs.Y.AsSpan()[i] += 1e-4 * f.AsSpan()[i];
        }

        var options = new StreamingDmdOptions { MaxRank = 5, RankRule = new RankRule.Fixed(3) };
        var streaming = Run(pairs, options, 1, la);
        var fit = streaming.ToOperator(la);

        Assert.InRange(streaming.Directions.Snapshots, 5, 10);
        Assert.InRange(streaming.DroppedEnergy, 1e-9, 1e-6);
        Assert.StartsWith("cuts to 5 directions dropped ", Assert.Single(fit.Diagnostics.Warnings));
        Assert.Equal(
            [0.9, 0.7, 0.5], fit.Spectrum.Eigenvalues.ToArray().Select(v => v.Real), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_ThousandsOfCuts_KeepTheBasisOrthonormal(string name)
    {
        var la = Algebras.Get(name);
        var streaming = new StreamingDmd(6, new StreamingDmdOptions { MaxRank = 2 });
        var (x, y) = (Matrices.Gaussian(6, 3000, 1), Matrices.Gaussian(6, 3000, 2));
        for (var j = 0; j < 3000; j++)
        {
            streaming.Update(x.Column(j), y.Column(j), la);
        }

        Matrices.OrthonormalColumns(streaming.ToOperator(la).Encoder, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_ConditionOf1E10_LosesWhatSummedProductsLoseAndKeepsTheRest(string name)
    {
        var la = Algebras.Get(name);
        var x = Matrices.WithSingularValues(3, 60, [1, 1e-2, 1e-10], 5);
        var a = Matrix.FromRows([[0.9, 0, 0], [0, 0.7, 0], [0, 0, 0.5]]);

        var fit = Run(new SnapshotPairs(x, Matrices.Product(a, x)), new StreamingDmdOptions(), 1, la).ToOperator(la);

        // The third direction is below sqrt(eps) and may not be kept.
        Assert.Equal(2, fit.Rank);
        Assert.Equal(4, fit.Diagnostics.DigitsLost, 0.1);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_Scaled_ScalesNothingButSingularValues(string name)
    {
        var la = Algebras.Get(name);
        var pairs = Sensed(_nonNormal, 10, 40, 1);
        double[] scale = [.. Enumerable.Repeat(1024.0, 40)];
        var scaled = new SnapshotPairs(Matrices.Scaled(pairs.X, scale), Matrices.Scaled(pairs.Y, scale));

        var (one, many) = (Run(pairs, new(), 5, la).ToOperator(la), Run(scaled, new(), 5, la).ToOperator(la));

        Same(one, many, 1e-12);
        Assert.Equal(
            1024 * one.Diagnostics.SingularValues.Span[0], many.Diagnostics.SingularValues.Span[0], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Update_Zeros_GiveTheEmptyOperator(string name)
    {
        var la = Algebras.Get(name);
        var streaming = new StreamingDmd(3, new StreamingDmdOptions());

        streaming.Update(new Matrix(3, 4), new Matrix(3, 4), la);

        Assert.Equal(0, streaming.ToOperator(la).Rank);
        Assert.Equal(0, streaming.ToOperator(la).Diagnostics.FitError);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void BadInput_IsRefusedAndNothingIsLearned(string name)
    {
        var la = Algebras.Get(name);
        var streaming = new StreamingDmd(2, new StreamingDmdOptions());

        var nan = Assert.Throws<NonFiniteDataException>(() => streaming.Update([1, double.NaN], [1, 2], la));
        var shape = Assert.Throws<ShapeMismatchException>(() => streaming.Update([1], [1, 2], la));
        var block = Assert.Throws<ShapeMismatchException>(() => streaming.Update(new Matrix(3, 2), new Matrix(3, 2), la));
        var empty = Assert.Throws<ShapeMismatchException>(() => streaming.ToOperator(la));

        Assert.StartsWith("feature 1 of snapshot 0 of the block holds NaN", nan.Message);
        Assert.Equal("the snapshot was expected to be 2 long, got 1", shape.Message);
        Assert.Equal("the block of snapshots was expected to be 2 x 2, got 3 x 2", block.Message);
        Assert.Equal("the stream was expected to be at least 1 pair, got none", empty.Message);
        Assert.Equal(0, streaming.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingDmdOptions { MaxRank = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingDmdOptions { Tolerance = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingDmdOptions { TimeStep = -1 });
    }

    private static StreamingDmd Run(SnapshotPairs pairs, StreamingDmdOptions options, int block, ILinearAlgebra la)
    {
        var streaming = new StreamingDmd(pairs.X.Rows, options);
        for (var start = 0; start < pairs.X.Columns; start += block)
        {
            var count = Math.Min(block, pairs.X.Columns - start);
            streaming.Update(pairs.X.SelectColumns(start, count), pairs.Y.SelectColumns(start, count), la);
        }

        return streaming;
    }

    private static SnapshotPairs Sensed(Matrix map, int n, int m, int seed)
    {
        var (sensors, z) = (Matrices.Orthonormal(n, map.Rows, seed), Matrices.Gaussian(map.Rows, m, seed + 1));
        return new SnapshotPairs(
            Matrices.Product(sensors, z), Matrices.Product(sensors, Matrices.Product(map, z)));
    }

    private static void Same(KoopmanOperator expected, KoopmanOperator actual, double tolerance)
    {
        Matrices.Close(
            Matrices.Product(expected.Image, expected.Encoder.Transpose()),
            Matrices.Product(actual.Image, actual.Encoder.Transpose()), tolerance);
        Assert.Equal(
            expected.Spectrum.Eigenvalues.ToArray(), actual.Spectrum.Eigenvalues.ToArray(),
            (a, b) => (a - b).Magnitude < tolerance);
    }
}
