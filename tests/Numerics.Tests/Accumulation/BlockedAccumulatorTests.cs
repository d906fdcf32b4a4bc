using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class BlockedAccumulatorTests
{
    private const int Blocks = 8;

    public static TheoryData<string, AccumulatorKind> Kinds => PairAccumulatorTests.Kinds;

    [Theory]
    [InlineData(10, 8, 1)]
    [InlineData(3200, 8, 100)]
    [InlineData(1_000_000, 8, 256)]
    [InlineData(0, 8, 1)]
    public void Stripe_ForARowCount_IsAQuarterOfABlockWithinLimits(long totalRows, int blocks, int stripe)
    {
        var accumulator = new BlockedAccumulator(
            1, 1, blocks, totalRows, AccumulatorKind.Gram, new ManagedLinearAlgebra());

        Assert.Equal(stripe, accumulator.Stripe);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToMoments_Weighted_EqualsRowsRepeated(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(6, 4, 1111, 41, offset: 50);
        var accumulator = Filled(data, kind, algebra);
        double[] weights = [2, 0, 1, 3, 0, 1, 1, 5];

        var expected = data.TwoPass(row => (int)weights[row / accumulator.Stripe % Blocks]);

        Snapshots.Close(data.TwoPass(), accumulator.ToMoments(), 1e-12);
        Snapshots.Close(expected, accumulator.ToMoments(weights), 1e-12);
        Snapshots.Close(expected, accumulator.ToBlockMoments().Combine(weights), 1e-12);
        Assert.Equal(data.Rows, accumulator.BlockCounts().Sum());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ToFactor_Weighted_HasTheWeightedScatter(string name)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(6, 4, 1111, 42, offset: 50);
        var accumulator = Filled(data, AccumulatorKind.Qr, algebra);
        double[] weights = [2, 0, 1, 3, 0, 1, 1, 5];

        Snapshots.Close(accumulator.ToMoments(weights), accumulator.ToFactor(weights).ToMoments(algebra), 1e-12);
        Snapshots.Close(data.TwoPass(), accumulator.ToFactor().ToMoments(algebra), 1e-12);
        Assert.Equal(0, accumulator.ToFactor(new double[Blocks]).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merge_ShardsInAnyOrderAndTree_AgreeWithTheWhole(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(5, 3, 3000, 43, offset: 10);
        double[] weights = [2, 0, 1, 3, 0, 1, 1, 5];
        var expected = Filled(data, kind, algebra).ToMoments(weights);
        foreach (var shards in new[] { 1, 2, 8, 64 })
        {
            var random = new Random(shards);
            var parts = Enumerable.Range(0, shards).Select(shard =>
            {
                var (start, end) = (data.Rows * shard / shards, data.Rows * (shard + 1) / shards);
                var part = new BlockedAccumulator(5, 3, Blocks, data.Rows, kind, algebra);
                part.Add(start, data.BeforeRows(start, end - start), data.AfterRows(start, end - start), end - start);
                return part;
            }).ToList();
            while (parts.Count > 1)
            {
                var (into, from) = (random.Next(parts.Count), random.Next(parts.Count - 1));
                from = from >= into ? from + 1 : from;
                parts[into].Merge(parts[from]);
                parts.RemoveAt(from);
            }

            Snapshots.Close(expected, parts[0].ToMoments(weights), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Add_InPieces_ChangesNoBit(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(5, 3, 1500, 44);
        var pieces = new BlockedAccumulator(5, 3, Blocks, data.Rows, kind, algebra);
        for (var row = 0; row < data.Rows; row += 7)
        {
            var take = Math.Min(7, data.Rows - row);
            pieces.Add(row, data.BeforeRows(row, take), data.AfterRows(row, take), take);
        }

        Assert.Equal(
            Filled(data, kind, algebra).ToMoments().Scatter.AsSpan(), pieces.ToMoments().Scatter.AsSpan());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadAfterWrite_MidWay_ResumesAndMerges(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(5, 3, 1600, 45);
        var first = new BlockedAccumulator(5, 3, Blocks, data.Rows, kind, algebra);
        first.Add(0, data.BeforeRows(0, 700), data.AfterRows(0, 700), 700);

        var resumed = RoundTrip(first, algebra);
        resumed.Add(700, data.BeforeRows(700, 500), data.AfterRows(700, 500), 500);
        var second = new BlockedAccumulator(5, 3, Blocks, data.Rows, kind, algebra);
        second.Add(1200, data.BeforeRows(1200, 400), data.AfterRows(1200, 400), 400);
        resumed.Merge(RoundTrip(second, algebra));

        Assert.Equal(first.ToMoments().Scatter.AsSpan(), RoundTrip(first, algebra).ToMoments().Scatter.AsSpan());
        Snapshots.Close(data.TwoPass(), resumed.ToMoments(), 1e-12);
        Assert.Equal((kind, Blocks, 1600L, 1600L), (resumed.Kind, resumed.Blocks, resumed.TotalRows, resumed.Count));
    }

    [Fact]
    public void Read_SomethingElse_SaysWhatItIs()
    {
        var algebra = new ManagedLinearAlgebra();
        var archive = new TensorArchive();
        archive.SetMetadata("format", "a recipe");
        using var stream = new MemoryStream();
        archive.Write(stream);
        stream.Position = 0;

        var error = Assert.Throws<TensorFormatException>(() => BlockedAccumulator.Read(stream, algebra));

        Assert.Equal(
            "the archive's format is \"a recipe\", expected \"koopmanmesh.blocked-accumulator/1\"", error.Message);
    }

    [Theory]
    [InlineData(AccumulatorKind.Gram, 1L << 19, 3, 2)]
    [InlineData(AccumulatorKind.Gram, 5, 3, 7)]
    [InlineData(AccumulatorKind.Qr, 6, 3, 2)]
    [InlineData(AccumulatorKind.Qr, -1, 3, 2)]
    public void Read_ShapeThatIsNotTheBlocks_IsRefusedBeforeAllocating(
        AccumulatorKind kind, long before, long after, long blocks)
    {
        var algebra = new ManagedLinearAlgebra();
        using var stream = new MemoryStream();
        new BlockedAccumulator(5, 3, 2, 100, kind, algebra).Write(stream);
        stream.Position = 0;
        var honest = TensorArchive.Read(stream);
        var lying = new TensorArchive();
        lying.SetMetadata("format", honest.RequireMetadata("format"));
        lying.SetMetadata("kind", kind.ToString());
        lying.Add("shape", new[] { before, after, blocks, 100 }, 4);
        foreach (var name in honest.Names.Where(
            name => name != "shape" && !name.EndsWith("count", StringComparison.Ordinal)))
        {
            lying.Add(name, honest.Doubles(name), [.. honest.ShapeOf(name)]);
        }

        using var forged = new MemoryStream();
        lying.Write(forged);
        forged.Position = 0;

        var error = Assert.Throws<TensorFormatException>(() => BlockedAccumulator.Read(forged, algebra));

        Assert.Equal(
            $"the accumulator's shape [{before}, {after}, {blocks}, 100] is not that of its blocks", error.Message);
    }

    [Fact]
    public void Merge_AnotherLayout_NamesBoth()
    {
        var algebra = new ManagedLinearAlgebra();
        var accumulator = new BlockedAccumulator(5, 3, 8, 100, AccumulatorKind.Gram, algebra);

        var error = Assert.Throws<ArgumentException>(
            () => accumulator.Merge(new BlockedAccumulator(5, 3, 8, 101, AccumulatorKind.Gram, algebra)));

        Assert.StartsWith(
            "cannot merge an accumulator of 5 + 3 features in 8 Gram blocks over 101 rows into one of 5 + 3 features in "
            + "8 Gram blocks over 100 rows", error.Message);
    }

    [Fact]
    public void ToFactor_OfGramBlocks_IsRefused()
    {
        var accumulator = new BlockedAccumulator(5, 3, 8, 100, AccumulatorKind.Gram, new ManagedLinearAlgebra());

        var error = Assert.Throws<InvalidOperationException>(() => accumulator.ToFactor());

        Assert.Equal("a triangular factor was asked of Gram blocks, expected an accumulator of kind Qr", error.Message);
    }

    [Fact]
    public void Add_NonFiniteValue_NamesTheRowOfTheDataSet()
    {
        var accumulator = new BlockedAccumulator(1, 1, 2, 5000, AccumulatorKind.Gram, new ManagedLinearAlgebra());

        var error = Assert.Throws<NonFiniteSnapshotException>(
            () => accumulator.Add(4000, [1, 2, float.NaN], [1, 2, 3], 3));

        Assert.Equal(
            "row 4002 has NaN in feature 0 of the activations before the component, expected a finite number",
            error.Message);
    }

    [Theory]
    [InlineData(3, "got 3 block weights, expected 2")]
    [InlineData(2, "the weight of block 1 is NaN, expected a finite number of at least 0")]
    public void ToMoments_BadWeights_AreRefused(int count, string message)
    {
        var accumulator = new BlockedAccumulator(1, 1, 2, 10, AccumulatorKind.Gram, new ManagedLinearAlgebra());

        var error = Assert.Throws<ArgumentException>(
            () => accumulator.ToMoments([.. new double[count - 1], double.NaN]));

        Assert.StartsWith(message, error.Message);
    }

    private static BlockedAccumulator Filled(Snapshots data, AccumulatorKind kind, ILinearAlgebra algebra)
    {
        var accumulator = new BlockedAccumulator(data.BeforeWidth, data.AfterWidth, Blocks, data.Rows, kind, algebra);
        accumulator.Add(0, data.Before, data.After, data.Rows);
        return accumulator;
    }

    private static BlockedAccumulator RoundTrip(BlockedAccumulator accumulator, ILinearAlgebra algebra)
    {
        using var stream = new MemoryStream();
        accumulator.Write(stream);
        stream.Position = 0;
        return BlockedAccumulator.Read(stream, algebra);
    }
}
