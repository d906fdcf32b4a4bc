using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

/// <summary>What comes in from outside: checkpoints and bad arguments.</summary>
public sealed class PairSummaryDoorTests
{
    private static readonly ILinearAlgebra _la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);

    [Theory]
    [InlineData(SummaryKind.Gram, 37)]
    [InlineData(SummaryKind.Qr, 37)]
    [InlineData(SummaryKind.Sketch, 37)]
    [InlineData(SummaryKind.Gram, 0)]
    [InlineData(SummaryKind.Sketch, 1)]
    public void Read_InTheMiddleOfAStream_ResumesToTheBit(SummaryKind kind, int before)
    {
        var pairs = Streams.Driven(100, 20);
        var options = new SummaryOptions { Kind = kind, Blocks = 5, SketchColumns = 6 };
        var straight = new PairSummary(4, 2, options, _la);
        straight.Add(Streams.Columns(pairs, 0, before));
        using var file = new MemoryStream();
        straight.Write(file);
        file.Position = 0;

        var resumed = PairSummary.Read(file, _la);

        Assert.Equal((options, (long)before), (resumed.Options, resumed.Count));
        straight.Add(Streams.Columns(pairs, before, 100 - before));
        resumed.Add(Streams.Columns(pairs, before, 100 - before));
        Assert.Equal(straight.BlockCounts(), resumed.BlockCounts());
        var (expected, actual) = (straight.All(_la), resumed.All(_la));
        Assert.Equal(expected.Pairs.Y.AsSpan(), actual.Pairs.Y.AsSpan());
        Assert.Equal(expected.Inputs!.AsSpan(), actual.Inputs!.AsSpan());
        Assert.Equal(straight.Loss(_la), resumed.Loss(_la));
    }

    [Fact]
    public void Read_DamagedFiles_AreRefusedBeforeAnythingIsAllocated()
    {
        var summary = Streams.Summary(Streams.Noisy(9, 21), new SummaryOptions(), _la);
        using var file = new MemoryStream();
        summary.Write(file);
        for (var length = 0; length < file.Length; length += 97)
        {
            using var cut = new MemoryStream(file.ToArray()[..length]);
            Assert.Throws<TensorFormatException>(() => PairSummary.Read(cut, _la));
        }

        long[][] shapes =
        [
            [16_000, 0, 20, 1L << 30, 1, 128, 9, 1], [4, 1, 20, 1L << 30, 1, 128, 9, 1],
            [4, 0, 1 << 30, 1L << 60, 1, 128, 9, 1], [4, 0, 20, 1L << 30, 1, 128, 9, 0],
            [-4, 0, 20, 1L << 30, 1, 128, 9, 1], [4, 0, 20, 1L << 30, 1, 128, 1000, 1],
        ];
        foreach (var shape in shapes)
        {
            using var changed = Rewritten(file, shape);
            var error = Assert.Throws<TensorFormatException>(() => PairSummary.Read(changed, _la));
            Assert.Equal($"the summary's shape [{string.Join(", ", shape)}] is not that of its blocks", error.Message);
        }
    }

    [Fact]
    public void Add_BadPairs_IsRefusedAndLosesNothing()
    {
        var pairs = Streams.Noisy(10, 22);
        var summary = Streams.Summary(pairs, new SummaryOptions(), _la);
        var before = summary.Products(_la).Yx.AsSpan().ToArray();
        var (nan, huge) = (Matrices.Gaussian(4, 3, 23), Matrices.Gaussian(4, 3, 24));
        (nan[2, 1], huge[0, 2]) = (double.NaN, -1e160);

        void Refused<T>(Matrix x, Matrix y, Matrix? u, string message)
            where T : Exception =>
            Assert.Equal(
                message, Assert.Throws<T>(() => summary.Add(new LiftedPairs(new SnapshotPairs(x, y), u))).Message);
        const string Numbers = "; finite numbers were expected (data beyond 1e150 overflows when squared)";

        Refused<NonFiniteDataException>(nan, huge, null, $"the matrix of observables holds NaN{Numbers}");
        Refused<NonFiniteDataException>(
            pairs.Pairs.X.SelectColumns(0, 3), huge, null,
            $"the matrix of the successors' observables holds 1E+160{Numbers}");
        Refused<ShapeMismatchException>(
            new Matrix(3, 5), new Matrix(3, 5), null, "the matrix of observables was expected to be 4 x 5, got 3 x 5");
        Refused<ShapeMismatchException>(
            new Matrix(4, 5), new Matrix(4, 5), new Matrix(1, 5),
            "the matrix of inputs was expected to be absent, got 1 x 5");
        Assert.Equal(before, summary.Products(_la).Yx.AsSpan());
        Assert.Equal(10, summary.Count);
    }

    [Fact]
    public void Ask_WhatCannotBe_IsRefused()
    {
        var empty = new PairSummary(4, 0, new SummaryOptions(), _la);
        var qr = new PairSummary(4, 0, new SummaryOptions { Kind = SummaryKind.Qr }, _la);

        Assert.Equal(
            "the summary was expected to be at least 1 pair that counts, got none",
            Assert.Throws<ShapeMismatchException>(() => empty.All(_la)).Message);
        Assert.Equal(
            "the summary to merge was expected to be 4 observables and 0 inputs in 20 Gram blocks of 1 pairs or more, "
            + "got 4 observables and 0 inputs in 20 Qr blocks of 1 pairs or more",
            Assert.Throws<ShapeMismatchException>(() => empty.Merge(qr)).Message);
        Assert.Equal(
            "got 2 block weights, expected 1 (Parameter 'weights')",
            Assert.Throws<ArgumentException>(() => empty.Weighted([1, 1], _la)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairSummary(0, 0, new SummaryOptions(), _la));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairSummary(20_000, 0, new SummaryOptions(), _la));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SummaryOptions { Blocks = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SummaryOptions { ShortestBlock = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SummaryOptions { SketchColumns = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SummaryOptions { BudgetBytes = -1 });
    }

    [Fact]
    public void EstimateBytes_ForAnyWidth_StaysNearTheBudgetOrAtTwoBlocks()
    {
        Assert.Equal(20, new PairSummary(1_024, 0, new SummaryOptions(), _la).MostBlocks);
        Assert.Equal(7, new PairSummary(2_048, 0, new SummaryOptions(), _la).MostBlocks);
        Assert.Equal(2, new PairSummary(8_192, 0, new SummaryOptions(), _la).MostBlocks);
        Assert.Equal(1, new PairSummary(8_192, 0, new SummaryOptions { Blocks = 1 }, _la).MostBlocks);
        Assert.InRange(PairSummary.EstimateBytes(512, 0, new SummaryOptions()), 168e6, 200e6);
        var sketch = new SummaryOptions { Kind = SummaryKind.Sketch };
        Assert.InRange(PairSummary.EstimateBytes(10_000, 0, sketch), 410e6, 560e6);
    }

    private static MemoryStream Rewritten(MemoryStream file, long[] shape)
    {
        file.Position = 0;
        var (read, written) = (TensorArchive.Read(file), new TensorArchive());
        foreach (var (key, value) in read.Metadata)
        {
            written.SetMetadata(key, value);
        }

        foreach (var tensor in read.Names)
        {
            if (read.TypeOf(tensor) == TensorType.F64)
            {
                written.Add(tensor, read.Doubles(tensor), [.. read.ShapeOf(tensor)]);
            }
            else
            {
                written.Add(tensor, tensor == "shape" ? shape : read.Integers(tensor), [.. read.ShapeOf(tensor)]);
            }
        }

        var stream = new MemoryStream();
        written.Write(stream);
        stream.Position = 0;
        return stream;
    }
}
