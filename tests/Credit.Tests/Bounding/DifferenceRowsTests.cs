using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.Bounding;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Tests.Bounding;

public sealed class DifferenceRowsTests
{
    public static TheoryData<string, string, Action<DifferenceChunk>> Wrong => new()
    {
        { "DIFFERENCES_INVALID", "differences.use is 0, expected CALIBRATION (1) or TEST (2)", c => c.Use = 0 },
        { "DIFFERENCES_INVALID", "differences.rows is 0, expected at least 1", c => c.Rows = 0 },
        {
            "DIFFERENCES_INVALID",
            "differences.regions and the other bytes are 1048594, expected at most 1048576 together",
            c => c.Regions = ByteString.CopyFrom(new byte[1 << 20])
        },
        {
            "DIFFERENCES_INVALID", "differences.output holds NaN at test row 5, expected differences of at least 0",
            c => c.Output = Floats(1, float.NaN)
        },
        {
            "DIFFERENCES_INVALID", "differences.regions holds -1 at test row 4, expected differences of at least 0",
            c => c.Regions = Floats(1, -1, 2, 3)
        },
        {
            "DIFFERENCES_INVALID",
            "differences.output_norm holds NaN at test row 4, expected differences of at least 0",
            c => c.OutputNorm = Floats(float.NaN, 1)
        },
        {
            "DIFFERENCES_INVALID", "differences.flips has 3 bytes, expected 2, or none",
            c => c.Flips = ByteString.CopyFrom(1, 0, 1)
        },
        {
            "DIFFERENCES_INVALID", "differences.flips holds 2, expected 0 or 1",
            c => c.Flips = ByteString.CopyFrom(1, 2)
        },
        {
            "DIFFERENCES_INVALID", "differences.flips are given for some test rows only, expected all or none",
            c => c.Flips = ByteString.Empty
        },
        {
            "TOO_MANY_ROWS",
            "the differences of 20000004 rows came, of 2 regions each; allowed are 10000000", c => c.Rows = 20_000_000
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Add_WrongChunk_SaysWhatWasExpected(string reason, string message, Action<DifferenceChunk> spoil)
    {
        var rows = new DifferenceRows(2);
        rows.Add(Chunk());
        rows.Add(Chunk());
        var chunk = Chunk();
        spoil(chunk);

        var error = Assert.ThrowsAny<KoopmanMeshException>(() => rows.Add(chunk));

        Assert.Equal((reason, message), (error.Reason, error.Message));
    }

    [Fact]
    public void Add_LengthsThatAreNotTheRows_AreNamed()
    {
        var rows = new DifferenceRows(2);
        var chunk = Chunk();
        chunk.Rows = 3;

        Assert.Equal(
            "differences.regions has 16 bytes, expected 6 elements of 4 bytes",
            Assert.Throws<TensorStreamException>(() => rows.Add(chunk)).Message);
    }

    [Fact]
    public void Test_Bound_IsWhatWasSeen()
    {
        var rows = new DifferenceRows(2);
        rows.Add(Chunk());
        rows.Add(new DifferenceChunk
        {
            Use = RowUse.Test,
            Rows = 1,
            Regions = Floats(9, 0.5f),
            Output = Floats(5),
            OutputNorm = Floats(6),
            Flips = ByteString.CopyFrom(0),
        });

        var bound = rows.Test.Bound();

        Assert.Equal([9, 4], bound.RegionMaxima);
        Assert.Equal((3, 5, 1), (bound.Rows, bound.OutputMaximum, bound.Flips));
        Assert.Equal(Math.Sqrt((9 + 16 + 36) / 3.0), bound.OutputRmse, 1e-12);

        // Clopper and Pearson's interval of 1 in 3, by SciPy.
        Assert.Equal(1 / 3.0, bound.FlipRate, 1e-12);
        Assert.Equal(0.00840375865961264, bound.FlipLow, 1e-12);
        Assert.Equal(0.9057006759497539, bound.FlipHigh, 1e-12);
        Assert.Equal(2, bound.Assumptions.Count);
        Assert.Equal(2 / 3.0, rows.Test.Coverage(2));
        Assert.Equal(1, rows.Test.Coverage(5));
    }

    [Fact]
    public void Test_WithoutClasses_HasNoFlips()
    {
        var rows = new DifferenceRows(0);
        rows.Add(new DifferenceChunk
        {
            Use = RowUse.Test,
            Rows = 1,
            Output = Floats(float.PositiveInfinity),
            OutputNorm = Floats(1),
        });

        Assert.False(rows.Test.Bound().HasFlips);
        Assert.Equal(double.PositiveInfinity, rows.Test.Bound().OutputMaximum);
        Assert.Equal([Assumptions.NoTestRows], new TestRows(3).Bound().Assumptions);
        Assert.Null(new TestRows(3).Coverage(1));
    }

    [Fact]
    public void Calibration_Bound_IsTheKthSmallestOfEach()
    {
        var rows = new DifferenceRows(2);
        for (var i = 0; i < 50; i++)
        {
            var chunk = Chunk();
            chunk.Use = RowUse.Calibration;
            chunk.Regions = Floats(i, -i + 99, i + 50, 49 - i);
            chunk.Output = Floats(2 * i, (2 * i) + 1);
            rows.Add(chunk);
        }

        var bound = rows.Calibration.Bound(0.05);

        // 100 values 0 to 99 each; k = ceil(101 * 0.95) = 96.
        Assert.Equal((100, 96, 95), (bound.Rows, bound.Order, bound.Output));
        Assert.Equal([95, 95], bound.Regions);
        Assert.Equal("", bound.Refusal);
        Assert.Contains("at least 0.95", Assert.Single(bound.Assumptions));
        Assert.Equal(0, rows.Test.Rows);
    }

    [Fact]
    public void Calibration_TooFewRows_IsRefusedWithTheNumberItNeeds()
    {
        var rows = new DifferenceRows(2);
        var chunk = Chunk();
        chunk.Use = RowUse.Calibration;
        rows.Add(chunk);

        var bound = rows.Calibration.Bound(0.01);

        Assert.Equal("alpha 0.01 needs at least 99 calibration rows, got 2", bound.Refusal);
        Assert.Empty(bound.Regions);
    }

    private static DifferenceChunk Chunk() => new()
    {
        Use = RowUse.Test,
        Rows = 2,
        Regions = Floats(1, 2, 3, 4),
        Output = Floats(1, 2),
        OutputNorm = Floats(3, 4),
        Flips = ByteString.CopyFrom(1, 0),
    };

    private static ByteString Floats(params float[] values) => TensorCodec.Bytes<float>(values);
}
