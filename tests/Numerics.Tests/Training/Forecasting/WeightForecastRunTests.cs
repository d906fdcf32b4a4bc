using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

/// <summary>How a forecast goes about its work: what it reads, what it refuses, and that it repeats itself.</summary>
public sealed class WeightForecastRunTests
{
    private static readonly ILinearAlgebra _la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
    private static readonly ForecastOptions _node = new();
    private static readonly ForecastOptions _full = new() { Partition = new Partition.Full() };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_AnyPartitionButALargeBlock_ReadsEachNumberOnce()
    {
        foreach (var partition in (string[])["full", "layer", "quasi-layer:2", "node", "patch:3", "weight"])
        {
            var counted = new CountingTrajectory(Walks(20));
            WeightForecast.RunWithin(
                new BlockLimits(Slab: 200), counted, new ForecastOptions { Partition = Partition.Parse(partition) },
                [5], _la, null, Token);

            Assert.Equal(20 * counted.Layout.Count, counted.Numbers);
        }
    }

    [Fact]
    public void Run_ABlockBeyondMemory_IsReadTwiceInPiecesAndIsTheSame()
    {
        var columns = Walk(6000, 8);
        var (memory, pieces) = (new MatrixTrajectory(columns), new CountingTrajectory(new MatrixTrajectory(columns)));
        foreach (var options in (ForecastOptions[])[
            _full, _full with { HasConstant = false }, _full with { RelativeTolerance = 1e-6 },
            _full with { Delays = 2 }])
        {
            var before = pieces.Numbers;
            var whole = WeightForecast.Run(memory, options, [1, 7], _la, null, Token);
            var limits = new BlockLimits(Block: 1);
            var streamed = WeightForecast.RunWithin(limits, pieces, options, [1, 7], _la, null, Token);
            var again = WeightForecast.RunWithin(limits, pieces, options, [1, 7], _la, null, Token);

            Assert.Equal(4 * 8 * 6000, pieces.Numbers - before);
            Assert.Equal(streamed.Weights, again.Weights);
            Assert.Equal(whole.Summary.LargestRank, streamed.Summary.LargestRank);
            for (var h = 0; h < 2; h++)
            {
                Assert.Equal(whole.Weights[h], streamed.Weights[h], (x, y) => Math.Abs(x - y) < 1e-7);
            }
        }

        Assert.InRange(pieces.Largest, 1, 4096);
    }

    [Fact]
    public void Run_InSlabsOfAnySize_HasTheSameBits()
    {
        foreach (var partition in (string[])["quasi-layer:2", "node", "patch:3", "weight"])
        {
            var options = new ForecastOptions { Partition = Partition.Parse(partition) };
            var one = WeightForecast.Run(Walks(20), options, [5], _la, null, Token);

            foreach (var slab in (long[])[1, 333])
            {
                var other = WeightForecast.RunWithin(new BlockLimits(slab), Walks(20), options, [5], _la, null, Token);
                Assert.Equal(one.Weights, other.Weights);
                Assert.Equal(one.Summary.Blocks, other.Summary.Blocks);
                Assert.Equal(one.Summary.OneStepError, other.Summary.OneStepError, 1e-12);
            }
        }
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => WeightForecast.RunWithin(
            new BlockLimits(Slab: 1), new CountingTrajectory(Walks(20), source), _node, [5], _la, null, source.Token));
        using var other = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => WeightForecast.RunWithin(
            new BlockLimits(Block: 1), new CountingTrajectory(new MatrixTrajectory(Walk(99, 8)), other), _full, [5],
            _la, null, other.Token));
    }

    [Fact]
    public void Run_Progress_EndsAtOne()
    {
        foreach (var limits in (BlockLimits[])[new(Slab: 1), new(Block: 1)])
        {
            var told = new List<double>();
            var progress = new Told(told);
            WeightForecast.RunWithin(
                limits, new MatrixTrajectory(Walk(99, 8)), _full, [5], _la, progress, Token);

            Assert.Equal(told.Order(), told);
            Assert.Equal(1, told[^1]);
        }
    }

    [Fact]
    public void Run_TheLastSnapshots_ForgetsTheOthers()
    {
        var columns = Walk(3, 30);
        var all = new MatrixTrajectory(columns);

        var some = WeightForecast.Run(all, _full with { Snapshots = 12 }, [4], _la, null, Token);

        var alone = new MatrixTrajectory(columns.SelectColumns(18, 12));
        Assert.Equal(WeightForecast.Run(alone, _full, [4], _la, null, Token).Weights, some.Weights);
        Assert.Equal((12, 29L), (some.Summary.Snapshots, some.Summary.FromStep));
    }

    [Fact]
    public void Run_WithoutWhatItTakes_SaysWhat()
    {
        var three = new MatrixTrajectory(Walk(2, 3));

        Assert.Equal(
            "a forecast with 2 snapshots stacked in one takes at least 4 snapshots, got 3 (Parameter 'trajectory')",
            Message(three, _full with { Delays = 2 }, 1));
        Assert.Equal("a forecast has at least one horizon, got none (Parameter 'steps')", Message(three, _full));
        Assert.Equal(
            "a horizon is 1 to 1000000000 snapshots ahead (Parameter 'steps')\nActual value was 0.",
            Message(three, _full, 0));
        Assert.StartsWith(
            "the snapshots are 2 values without layers or units, which the partition \"node\" goes by",
            Message(three, _node, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Equal(
            "the snapshots stacked in one are 1 to 64 (Parameter 'value')\nActual value was 65.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _full with { Delays = 65 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _full with { RelativeTolerance = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => _full with { RelativeTolerance = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => _full with { Clip = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => _full with { Clip = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => _full with { Rank = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => _full with { Snapshots = 2 });
    }

    [Fact]
    public void Run_GrowthWithoutClip_NamesTheBlock()
    {
        var columns = new Matrix(4, 6);
        for (var k = 0; k < 6; k++)
        {
            (columns[0, k], columns[1, k]) = (k, Math.Pow(0.5, k));
            (columns[2, k], columns[3, k]) = (Math.Pow(3, k), 0.1);
        }

        var layout = new ParameterLayout([new ParameterTensor("a.w", [2, 1]), new ParameterTensor("b.w", [2, 1])]);
        var thrown = Assert.Throws<NonFiniteDataException>(() => WeightForecast.Run(
            new MatrixTrajectory(columns, layout), _node with { Clip = double.PositiveInfinity }, [10, 100_000], _la,
            null, Token));

        Assert.StartsWith(
            "the prediction 100000 snapshots ahead, of the block of value 0 of b.w, holds ", thrown.Message,
            StringComparison.Ordinal);
    }

    private static string Message(ITrajectory trajectory, ForecastOptions options, params long[] steps) =>
        Assert.ThrowsAny<ArgumentException>(
            () => WeightForecast.Run(trajectory, options, steps, _la, null, Token)).Message;

    /// <summary>A dense layer of 5 units with 3 inputs and their biases, and one of 2 units.</summary>
    private static MatrixTrajectory Walks(int snapshots) => new(Walk(30, snapshots), new ParameterLayout(
    [
        new ParameterTensor("0.weight", [5, 3]), new ParameterTensor("0.bias", [5]),
        new ParameterTensor("1.weight", [2, 5]),
    ]));

    private static Matrix Walk(int rows, int snapshots)
    {
        var (steps, values) = (Matrices.Gaussian(rows, snapshots, 3), Matrices.Gaussian(rows, snapshots, 4));
        for (var k = 1; k < snapshots; k++)
        {
            for (var i = 0; i < rows; i++)
            {
                values[i, k] = 0.1 + (0.9 * values[i, k - 1]) + (0.1 * steps[i, k]);
            }
        }

        return values;
    }

    private sealed class Told(List<double> values) : IProgress<double>
    {
        public void Report(double value) => values.Add(value);
    }
}
