using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

public sealed class WeightForecastTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_T15NodesOfTheirOwnMaps_FollowThem(string name)
    {
        var la = Algebras.Get(name);
        const int Nodes = 7, D = 3, Steps = 40;
        var maps = Enumerable.Range(0, Nodes).Select(b => Stable(D, b)).ToArray();
        var starts = Matrices.Gaussian(D, Nodes, 5);
        var columns = new Matrix(Nodes * D, D + 3);
        for (var b = 0; b < Nodes; b++)
        {
            var states = Planted.Trajectory(maps[b], starts.SelectColumns(b, 1), columns.Columns);
            for (var k = 0; k < columns.Columns; k++)
            {
                states.Column(k).CopyTo(columns.Column(k)[(b * D)..]);
            }
        }

        var trajectory = new MatrixTrajectory(columns, new ParameterLayout([new ParameterTensor("w", [Nodes, D])]));
        var forecast = WeightForecast.Run(
            trajectory, new ForecastOptions { HasConstant = false }, [Steps], la, null, Token);

        Assert.Equal((Nodes, D, 0), (forecast.Summary.Blocks, forecast.Summary.SmallestRank, forecast.Summary.Clipped));
        for (var b = 0; b < Nodes; b++)
        {
            var last = columns.Column(columns.Columns - 1).Slice(b * D, D).ToArray();
            var future = Planted.Trajectory(maps[b], new Matrix(D, 1, last), Steps + 1).Column(Steps).ToArray();
            Assert.Equal(future, forecast.Weights[0][(b * D)..((b + 1) * D)], (x, y) => Math.Abs(x - y) < 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_T14SingleWeights_AreRatiosAndNeedTheConstant(string name)
    {
        var la = Algebras.Get(name);
        var columns = new Matrix(2, 21);
        for (var t = 0; t < 21; t++)
        {
            (columns[0, t], columns[1, t]) = (3 * Math.Pow(0.8, t), 1 + Math.Pow(0.9, t));
        }

        var trajectory = new MatrixTrajectory(columns);
        var linear = new ForecastOptions { Partition = new Partition.Weight(), HasConstant = false };
        var without = WeightForecast.Run(trajectory, linear, [10], la, null, Token);
        var with = WeightForecast.Run(trajectory, linear with { HasConstant = true }, [10], la, null, Token);
        var delayed = WeightForecast.Run(trajectory, linear with { Delays = 2 }, [10], la, null, Token);

        Assert.Equal(3 * Math.Pow(0.8, 30), without.Weights[0][0], 1e-14);
        Assert.Equal(0.9673255074, without.Summary.LargestModulus, 1e-10);
        Assert.Equal((1 + Math.Pow(0.9, 20)) * Math.Pow(0.9673255074, 10), without.Weights[0][1], 1e-9);
        Assert.Equal(1 + Math.Pow(0.9, 30), with.Weights[0][1], 1e-12);
        Assert.Equal(1 + Math.Pow(0.9, 30), delayed.Weights[0][1], 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_T13GradientDescentOnAQuadratic_IsAffineAndExact(string name)
    {
        var columns = Quadratic(12, 0.1);

        foreach (var partition in (Partition[])[new Partition.Full(), new Partition.Patch(2), new Partition.Weight()])
        {
            var forecast = WeightForecast.Run(
                new MatrixTrajectory(columns), new ForecastOptions { Partition = partition }, [1, 30, 1_000_000_000],
                Algebras.Get(name), null, Token);

            Assert.Equal(2 - (2 * Math.Pow(0.9, 12)), forecast.Weights[0][0], 1e-10);
            Assert.Equal(-1 + (1.5 * Math.Pow(0.6, 41)), forecast.Weights[1][1], 1e-10);
            Assert.Equal(2, forecast.Weights[2][0], 1e-9);
            Assert.Equal(-1, forecast.Weights[2][1], 1e-9);
            Assert.Equal(0.9, forecast.Summary.LargestModulus, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_ValuesThatFallEachByItself_IsTheSameByAnyPartition(string name)
    {
        // Two rates in all, so that a block of any size is exactly affine.
        static double Value(int i, int k) => i + ((1 + (0.1 * i)) * Math.Pow(i % 2 == 0 ? 0.9 : 0.6, k));
        var columns = Columns(15, 20, Value);
        var layout = new ParameterLayout([new ParameterTensor("0.weight", [3, 4]), new ParameterTensor("0.bias", [3])]);
        foreach (var partition in (string[])["full", "layer", "quasi-layer:2", "node", "patch:2", "weight"])
        {
            var forecast = WeightForecast.Run(
                new MatrixTrajectory(columns, layout), new ForecastOptions { Partition = Partition.Parse(partition) },
                [31], Algebras.Get(name), null, Token);

            Assert.Equal(
                Enumerable.Range(0, 15).Select(i => Value(i, 50)), forecast.Weights[0],
                (x, y) => Math.Abs(x - y) < 1e-8);

            // The root of a difference of squares, right to the root of rounding.
            Assert.InRange(forecast.Summary.OneStepError, 0, 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_SecondOrderSystem_IsExactWithTwoDelays(string name)
    {
        static double Value(int i, int k) => 1 + (Math.Pow(0.9, k) * Math.Cos(0.5 * k));
        var options = new ForecastOptions { Partition = new Partition.Weight(), Delays = 2 };

        var forecast = WeightForecast.Run(
            new MatrixTrajectory(Columns(1, 12, Value)), options, [1, 10], Algebras.Get(name), null, Token);

        Assert.Equal(Value(0, 12), forecast.Weights[0][0], 1e-10);
        Assert.Equal(Value(0, 21), forecast.Weights[1][0], 1e-10);
        Assert.Equal(0.9, forecast.Summary.LargestModulus, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_GrowingModes_AreClippedToTheCircle(string name)
    {
        // A spiral that grows by 5 % a step, and a value that grows by 10 % away from 5.
        static double Value(int i, int k) => i switch
        {
            0 => Math.Pow(1.05, k) * Math.Cos(0.3 * k),
            1 => Math.Pow(1.05, k) * Math.Sin(0.3 * k),
            _ => 5 + Math.Pow(1.1, k),
        };
        var trajectory = new MatrixTrajectory(Columns(3, 12, Value));
        foreach (var partition in (Partition[])[new Partition.Full(), new Partition.Patch(2)])
        {
            var options = new ForecastOptions { Partition = partition };
            var clipped = WeightForecast.Run(trajectory, options, [9, 1_000_000_000], Algebras.Get(name), null, Token);
            var free = WeightForecast.Run(
                trajectory, options with { Clip = double.PositiveInfinity }, [9], Algebras.Get(name), null, Token);

            Assert.Equal(Value(2, 20), free.Weights[0][2], 1e-8);
            Assert.Equal((3, 1.1), (clipped.Summary.Clipped, Math.Round(clipped.Summary.LargestModulus, 9)));
            Assert.Equal(Math.Pow(1.05, 11) * Math.Cos(0.3 * 20), clipped.Weights[0][0], 1e-8);
            Assert.Equal(Math.Pow(1.05, 11) * Math.Sin(0.3 * 20), clipped.Weights[0][1], 1e-8);
            Assert.Equal(Value(2, 11), clipped.Weights[0][2], 1e-8);
            Assert.Equal(Value(2, 11), clipped.Weights[1][2], 1e-8);
            Assert.InRange(Math.Abs(clipped.Weights[1][0]), 0, Math.Pow(1.05, 11) + 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_SteadyDrift_GoesOnWhereverItIsKnownFrom(string name)
    {
        var trajectory = new MatrixTrajectory(Columns(2, 10, (i, k) => (i + 1) * (3 + (0.5 * k))));
        foreach (var options in (ForecastOptions[])[
            new() { Partition = new Partition.Weight() }, new() { Partition = new Partition.Full() },
            new() { Partition = new Partition.Weight(), HasConstant = false, Delays = 2 }])
        {
            var forecast = WeightForecast.Run(trajectory, options, [100], Algebras.Get(name), null, Token);

            Assert.Equal(3 + (0.5 * 109), forecast.Weights[0][0], 1e-5);
            Assert.Equal(2 * (3 + (0.5 * 109)), forecast.Weights[0][1], 1e-5);
            Assert.Equal(0, forecast.Summary.Held);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_GrowthOfADoubleEigenvalue_IsHeldOrGoesOn(string name)
    {
        // k 1.2^k: one eigenvector, which rounding splits into two that are 1e-8 apart.
        var trajectory = new MatrixTrajectory(Columns(1, 10, (_, k) => k * Math.Pow(1.2, k)));
        var options = new ForecastOptions { Partition = new Partition.Full(), HasConstant = false, Delays = 2 };

        var clipped = WeightForecast.Run(trajectory, options, [5], Algebras.Get(name), null, Token);
        var free = WeightForecast.Run(
            trajectory, options with { Clip = double.PositiveInfinity }, [5], Algebras.Get(name), null, Token);

        Assert.Equal((1, 0), (clipped.Summary.Held, clipped.Summary.Clipped));
        Assert.Equal(9 * Math.Pow(1.2, 9), clipped.Weights[0][0]);
        Assert.Equal(14 * Math.Pow(1.2, 14), free.Weights[0][0], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Propagation_WithoutEigenvectors_IsByPowersOrNotAtAll(string name)
    {
        var la = Algebras.Get(name);
        static Matrix Jordan(double lambda) => Matrix.FromRows([[lambda, 1], [0, lambda]]);

        // S_3 e_2 = (0, 1) + (1, l) + (2 l, l^2).
        var small = Propagation.Of(Jordan(0.5), [0, 1], [3], 1, la);
        var large = Propagation.Of(Jordan(1.2), [0, 1], [3], 1, la);
        var free = Propagation.Of(Jordan(1.2), [0, 1], [3], double.PositiveInfinity, la);

        Assert.Equal([2, 1.75], small.Sums!.AsSpan().ToArray(), (x, y) => Math.Abs(x - y) < 1e-14);
        Assert.Null(large.Sums);
        Assert.Equal([3.4, 3.64], free.Sums!.AsSpan().ToArray(), (x, y) => Math.Abs(x - y) < 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_ValuesThatNeverMove_StayToTheBit(string name)
    {
        var columns = Columns(5, 30, (i, k) => i is 1 or 3 ? 0.1 * i : i + Math.Pow(0.9 - (0.1 * i), k));
        foreach (var partition in (string[])["full", "patch:2", "weight"])
        {
            var forecast = WeightForecast.Run(
                new MatrixTrajectory(columns), new ForecastOptions { Partition = Partition.Parse(partition) }, [1000],
                Algebras.Get(name), null, Token);

            Assert.Equal(2, forecast.Summary.Constant);
            Assert.Equal((0.1, 0.1 * 3), (forecast.Weights[0][1], forecast.Weights[0][3]));
            Assert.Equal(4, forecast.Weights[0][4], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_ManyDirectionsWithinTheCircle_AreNotClippedAndPredictedAsWithout(string name)
    {
        // Noise about 0.9 x in 120 directions: more than are decomposed where a bound on the powers says enough.
        var (steps, columns) = (Matrices.Gaussian(120, 600, 1), Matrices.Gaussian(120, 600, 2));
        for (var k = 1; k < 600; k++)
        {
            for (var i = 0; i < 120; i++)
            {
                columns[i, k] = (0.8 * columns[i, k - 1]) + steps[i, k];
            }
        }

        var trajectory = new MatrixTrajectory(columns);
        var options = new ForecastOptions { Partition = new Partition.Full() };
        var clipped = WeightForecast.Run(trajectory, options, [1, 3, 50], Algebras.Get(name), null, Token);
        var free = WeightForecast.Run(
            trajectory, options with { Clip = double.PositiveInfinity }, [1, 3, 50], Algebras.Get(name), null, Token);

        Assert.Equal((120, 0), (clipped.Summary.LargestRank, clipped.Summary.Clipped));
        Assert.InRange(clipped.Summary.LargestModulus, 0.8, 1);
        Assert.Equal(free.Weights, clipped.Weights);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_Float32_LeavesOutWhatIsRounding(string name)
    {
        var trajectory = new SingleTrajectory(ParameterLayout.Plain(40));
        for (var k = 0; k < 60; k++)
        {
            trajectory.Add(new Snapshot(k), [.. Enumerable.Range(0, 40).Select(
                i => (float)(1 + (Math.Pow(0.95, k) * Math.Cos(i)) + (Math.Pow(0.8, k) * Math.Sin(i))))]);
        }

        var forecast = WeightForecast.Run(
            trajectory, new ForecastOptions { Partition = new Partition.Full() }, [100], Algebras.Get(name), null,
            Token);

        Assert.Equal(2, forecast.Summary.LargestRank);
        Assert.All(
            Enumerable.Range(0, 40),
            i => Assert.Equal(1 + (Math.Pow(0.95, 159) * Math.Cos(i)), forecast.Weights[0][i], 1e-5));
    }

    [Fact]
    public void GeometricSum_NearAndAtOne_IsExact()
    {
        Assert.Equal(1_000_000_000, Propagation.GeometricSum(1, 1_000_000_000));
        Assert.Equal(0, Propagation.GeometricSum(0.5, 0));
        Assert.Equal(1.75, Propagation.GeometricSum(0.5, 3));
        Assert.Equal(7, Propagation.ClippedSum(2.0, 3, double.PositiveInfinity, double.PositiveInfinity));
        Assert.Equal(1, Propagation.GeometricSum(1 - 1e-9, 1_000_000_000).Real / ((1 - Math.Exp(-1)) * 1e9), 1e-7);
    }

    private static Matrix Columns(int rows, int count, Func<int, int, double> value)
    {
        var columns = new Matrix(rows, count);
        for (var k = 0; k < count; k++)
        {
            for (var i = 0; i < rows; i++)
            {
                columns[i, k] = value(i, k);
            }
        }

        return columns;
    }

    private static Matrix Quadratic(int count, double eta)
    {
        // w_k = w* + (1 - eta h)^k (w_0 - w*), h = (1, 4), w* = (2, -1), w_0 = (0, .5).
        var columns = new Matrix(2, count);
        for (var k = 0; k < count; k++)
        {
            columns[0, k] = 2 - (2 * Math.Pow(1 - eta, k));
            columns[1, k] = -1 + (1.5 * Math.Pow(1 - (4 * eta), k));
        }

        return columns;
    }

    private static Matrix Stable(int d, int seed)
    {
        var map = Matrices.Gaussian(d, d, 100 + seed);
        for (var i = 0; i < map.AsSpan().Length; i++)
        {
            map.AsSpan()[i] *= 0.2;
        }

        return map;
    }
}
