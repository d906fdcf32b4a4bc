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
