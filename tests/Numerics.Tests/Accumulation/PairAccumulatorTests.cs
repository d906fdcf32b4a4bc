using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class PairAccumulatorTests
{
    public static TheoryData<string, AccumulatorKind> Kinds
    {
        get
        {
            var data = new TheoryData<string, AccumulatorKind>();
            foreach (var name in Algebras.Names)
            {
                data.Add(name, AccumulatorKind.Gram);
                data.Add(name, AccumulatorKind.Qr);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToMoments_AnyNumberOfRows_EqualsTwoPasses(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        foreach (var rows in new[] { 1, 2, 5, 50, 513, 1500 })
        {
            var data = Snapshots.Relu(7, 3, rows, 31);
            var accumulator = Create(kind, 7, 3, algebra);

            accumulator.Add(data.Before, data.After, rows);

            Assert.Equal(rows, accumulator.Count);
            Snapshots.Close(data.TwoPass(), accumulator.ToMoments(), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToMoments_FarFromTheOrigin_KeepsItsDigits(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(4, 2, 3000, 32, offset: 1e6);
        var accumulator = Create(kind, 4, 2, algebra);

        accumulator.Add(data.Before, data.After, data.Rows);

        Snapshots.Close(data.TwoPass(), accumulator.ToMoments(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Add_InPieces_ChangesNoBit(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(5, 4, 1300, 33);
        var (whole, pieces) = (Create(kind, 5, 4, algebra), Create(kind, 5, 4, algebra));
        var random = new Random(34);

        whole.Add(data.Before, data.After, data.Rows);
        for (var row = 0; row < data.Rows;)
        {
            var take = Math.Min(random.Next(0, 90), data.Rows - row);
            pieces.Add(data.BeforeRows(row, take), data.AfterRows(row, take), take);
            row += take;
        }

        Assert.Equal(whole.ToMoments().Scatter.AsSpan(), pieces.ToMoments().Scatter.AsSpan());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merge_AnyTreeOfShards_AgreesWithTheWhole(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(6, 5, 2000, 35, offset: 100);
        var expected = data.TwoPass();
        foreach (var shards in new[] { 1, 2, 8, 64 })
        {
            var random = new Random(shards);
            var parts = new List<IPairAccumulator>();
            for (var shard = 0; shard < shards; shard++)
            {
                var (start, end) = (data.Rows * shard / shards, data.Rows * (shard + 1) / shards);
                parts.Add(Create(kind, 6, 5, algebra));
                parts[^1].Add(data.BeforeRows(start, end - start), data.AfterRows(start, end - start), end - start);
            }

            parts.Add(Create(kind, 6, 5, algebra));
            while (parts.Count > 1)
            {
                var (into, from) = (random.Next(parts.Count), random.Next(parts.Count - 1));
                from = from >= into ? from + 1 : from;
                parts[into].Merge(parts[from]);
                parts.RemoveAt(from);
            }

            Snapshots.Close(expected, parts[0].ToMoments(), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void TriangularFactor_Always_IsTheUpperFactorOfTheScatter(string name)
    {
        var algebra = Algebras.Get(name);
        foreach (var rows in new[] { 3, 400 })
        {
            var data = Snapshots.Relu(6, 3, rows, 36);
            var accumulator = new QrAccumulator(6, 3, algebra);
            accumulator.Add(data.Before, data.After, rows);

            var factor = accumulator.ToFactor();

            Assert.Equal((9, 9), (factor.Factor.Rows, factor.Factor.Columns));
            for (var j = 0; j < 9; j++)
            {
                Assert.True(factor.Factor[j, j] >= 0);
                Assert.All(factor.Factor.Column(j)[(j + 1)..].ToArray(), value => Assert.Equal(0, value));
            }

            Matrices.Close(data.TwoPass().Scatter, Matrices.Product(factor.Factor.Transpose(), factor.Factor), 1e-13);
            Snapshots.Close(accumulator.ToMoments(), factor.ToMoments(algebra), 1e-13);
            Assert.Equal(factor.Factor.AsSpan(), accumulator.TriangularFactor().AsSpan());
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void TriangularFactor_IllConditionedData_KeepsTheDigitsThatProductsLose(string name)
    {
        // x2 = x1 + 2^-23 e with e = ±1 orthogonal to x1 and to 1: exact in float32. The smallest singular value of the
        // centred data, closed form to second order, is 2^-23 sqrt(m) / sqrt(2).
        var algebra = Algebras.Get(name);
        const int Rows = 4096;
        var before = new float[2 * Rows];
        for (var r = 0; r < Rows; r++)
        {
            var x = (r & 1) == 0 ? 1f : -1f;
            var e = (r & 2) == 0 ? 1f : -1f;
            (before[2 * r], before[(2 * r) + 1]) = (x, x + (e * MathF.Pow(2, -23)));
        }

        var (gram, qr) = (new GramAccumulator(2, 0, algebra), new QrAccumulator(2, 0, algebra));
        gram.Add(before, [], Rows);
        qr.Add(before, [], Rows);

        var truth = Math.Pow(2, -23) * Math.Sqrt(Rows / 2.0);
        var fromQr = algebra.SingularValues(qr.TriangularFactor())[1];
        var fromGram = Math.Sqrt(Math.Max(0, algebra.SymmetricEigen(gram.ToMoments().Scatter).Values[1]));
        Assert.InRange(Math.Abs(fromQr - truth) / truth, 0, 1e-7);
        Assert.InRange(Math.Abs(fromGram - truth) / truth, 1e-5, double.PositiveInfinity);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToMoments_NothingSeen_IsZero(string name, AccumulatorKind kind)
    {
        var accumulator = Create(kind, 2, 1, Algebras.Get(name));

        var moments = accumulator.ToMoments();

        Assert.Equal(0, moments.Count);
        Assert.All(moments.Mean, value => Assert.Equal(0, value));
        Assert.All(moments.Scatter.AsSpan().ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Add_NonFiniteValue_NamesItAndAddsNothing(string name, AccumulatorKind kind)
    {
        var accumulator = Create(kind, 3, 2, Algebras.Get(name));
        var data = Snapshots.Relu(3, 2, 10, 37);
        accumulator.Add(data.Before, data.After, 10);
        data.After[(4 * 2) + 1] = float.NegativeInfinity;

        var error = Assert.Throws<NonFiniteSnapshotException>(() => accumulator.Add(data.Before, data.After, 10));

        Assert.Equal(
            "row 14 has -Infinity in feature 1 of the activations after the component, expected a finite number",
            error.Message);
        Assert.Equal((14L, 1, "after", float.NegativeInfinity), (error.Row, error.Feature, error.Side, error.Value));
        Assert.Equal(10, accumulator.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Add_WrongLength_SaysBothCounts(string name, AccumulatorKind kind)
    {
        var accumulator = Create(kind, 3, 2, Algebras.Get(name));

        var error = Assert.Throws<SnapshotShapeException>(() => accumulator.Add(new float[5], new float[4], 2));

        Assert.Equal("got 5 values before the component, expected 2 rows of 3 features = 6", error.Message);
        Assert.Equal((6L, 5), (error.Expected, error.Actual));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merge_OtherKindOrWidth_IsRefused(string name, AccumulatorKind kind)
    {
        var algebra = Algebras.Get(name);
        var accumulator = Create(kind, 3, 2, algebra);

        var width = Assert.Throws<ArgumentException>(() => accumulator.Merge(Create(kind, 2, 3, algebra)));
        var other = Assert.Throws<ArgumentException>(() => accumulator.Merge(Create(1 - kind, 3, 2, algebra)));

        Assert.StartsWith("an accumulator of 2 + 3 features cannot be merged into one of 3 + 2", width.Message);
        Assert.Contains("Accumulator cannot be merged into a ", other.Message);
    }

    private static IPairAccumulator Create(AccumulatorKind kind, int before, int after, ILinearAlgebra algebra) =>
        kind == AccumulatorKind.Gram ? new GramAccumulator(before, after, algebra) : new QrAccumulator(
            before, after, algebra);
}
