using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

public sealed class ForecastBacktestTests
{
    private static readonly ForecastOptions _weights = new() { Partition = new Partition.Weight() };

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_OnDecays_IsExactAndBeatsStandingStill(string name)
    {
        var backtest = ForecastBacktest.Run(
            Decays(3000, 25), 10, _weights, Algebras.Get(name), TestContext.Current.CancellationToken);

        Assert.Equal((10, 14, 24), (backtest.Horizon, backtest.FromStep, backtest.ToStep));
        Assert.InRange(backtest.ErrorToGrowth, 0, 1e-6);
        Assert.Equal((2000, 2000), (backtest.Growth.Count, backtest.Error.Count));
        Assert.All(backtest.Growth, growth => Assert.InRange(growth, -2, 0));
    }

    [Fact]
    public void Run_OfWhatTurnsBack_IsWorseThanStandingStill()
    {
        // Up by one for ten snapshots, then down: the line goes on, and misses by three times what it grew.
        var columns = new Matrix(1, 15);
        for (var k = 0; k < 15; k++)
        {
            columns[0, k] = k < 10 ? k : 18 - k;
        }

        var backtest = ForecastBacktest.Run(
            new MatrixTrajectory(columns), 5, _weights, Algebras.Get("managed"), TestContext.Current.CancellationToken);

        Assert.Equal(10.0 / 5, backtest.ErrorToGrowth, 1e-9);
        Assert.Equal([-5.0], backtest.Growth);
        Assert.Equal(10, backtest.Error[0], 1e-9);
    }

    [Fact]
    public void Run_ThatLeavesNothing_IsRefused() => Assert.Equal(
        "a backtest over 25 snapshots leaves none of 25 to fit (Parameter 'trajectory')",
        Assert.Throws<ArgumentException>(() => ForecastBacktest.Run(
            Decays(2, 25), 25, _weights, Algebras.Get("managed"), CancellationToken.None)).Message);

    private static MatrixTrajectory Decays(int count, int snapshots)
    {
        var columns = new Matrix(count, snapshots);
        for (var k = 0; k < snapshots; k++)
        {
            for (var i = 0; i < count; i++)
            {
                columns[i, k] = i + Math.Pow(0.5 + (0.4 * i / count), k);
            }
        }

        return new MatrixTrajectory(columns);
    }
}
