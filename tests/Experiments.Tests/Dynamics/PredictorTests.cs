using KoopmanMesh.Experiments.Dynamics.MnistForecast;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class PredictorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Koopman_GradientDescentOnAQuadratic_IsExactAtEveryHorizon(string algebra)
    {
        // Methods T13: h = (1, 4), rate 0.1, optimum (2, -1), from (0, 0.5): w_k = w* + (0.9^k, 0.6^k) (w_0 - w*).
        var window = Trajectory(20, k => [2 - (2 * Math.Pow(0.9, k)), -1 + (1.5 * Math.Pow(0.6, k))]);
        var predictor = Predictor.Koopman("full", new ForecastOptions { Partition = new Partition.Full() });

        var weights = predictor.Predict(window, [1, 10, 1_000], Algebras.Get(algebra), Token).Weights;

        Assert.Equal(2 - (2 * Math.Pow(0.9, 20)), weights[0][0], 1e-8);
        Assert.Equal(2 - (2 * Math.Pow(0.9, 29)), weights[1][0], 1e-8);
        Assert.Equal(2, weights[2][0], 1e-8);
        Assert.Equal(-1, weights[2][1], 1e-8);
    }

    [Fact]
    public void Baselines_OfALine_AreItsEndItsMiddleAndItsContinuation()
    {
        var window = Trajectory(11, k => [k, 3 - (2.0 * k)]);
        var la = LinearAlgebraProvider.Detect(null);

        Assert.Equal([10, -17], Predictor.Standing.Predict(window, [5], la, Token).Weights[0]);
        Assert.Equal([5, -7], Rounded(Predictor.Mean.Predict(window, [5], la, Token).Weights[0]));
        Assert.Equal([15, -27], Rounded(Predictor.Line.Predict(window, [5], la, Token).Weights[0]));
    }

    [Fact]
    public void Try_GrowthBeyondADouble_IsNull()
    {
        var predictor = Predictor.Koopman("w", new ForecastOptions
        {
            Partition = new Partition.Weight(),
            HasConstant = false,
            Clip = double.PositiveInfinity,
        });

        Assert.Null(predictor.Try(
            Trajectory(5, k => [Math.Pow(2, k)]), [10_000], LinearAlgebraProvider.Detect(null), Token));
    }

    [Fact]
    public void Thinned_CountsBackFromTheLast()
    {
        var whole = Trajectory(10, k => [k]);

        var (single, means) = (new ThinnedTrajectory(whole, 3, false), new ThinnedTrajectory(whole, 3, true));

        Assert.Equal([3, 6, 9], Values(single));
        Assert.Equal([2, 5, 8], Values(means).Select(value => Math.Round(value, 12)));
        Assert.Equal([3L, 6, 9], means.Snapshots.Select(snapshot => snapshot.Step));
    }

    [Fact]
    public void ErrorToGrowth_IsTheRatioOfMedians() => Assert.Equal(
        0.5, ForecastCell.MedianErrorToGrowth([1.5, 2, 30], [1, 1, 3], [0, -1, 9]));

    [Fact]
    public void Cell_LossThatIsNoNumber_IsWorseThanAnyLoss()
    {
        var cell = new ForecastCell
        {
            Predictor = "",
            Window = 3,
            Horizon = 1,
            OptimizerLoss = 2,
            ReplacedSeconds = 1,
            Loss = double.NaN,
        };

        Assert.Equal(double.PositiveInfinity, cell.Ratio);
        Assert.False(cell.IsComparable);
        Assert.Equal(1.05, (cell with { Loss = 2.1 }).Ratio, 1e-15);
    }

    [Theory]
    [InlineData(12.345, "12.3")]
    [InlineData(0.0123456, "0.0123")]
    [InlineData(1234.6, "1235")]
    [InlineData(123456, "1.2e5")]
    [InlineData(0.00012, "1.2e-4")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Number_HasThreeDigits(double value, string text) => Assert.Equal(text, Number.Of(value));

    private static double[] Rounded(double[] values) => [.. values.Select(value => Math.Round(value, 12))];

    private static double[] Values(ITrajectory trajectory) =>
        [.. Enumerable.Range(0, trajectory.Snapshots.Count).Select(i =>
        {
            var value = new double[1];
            trajectory.Read(i, 0, value);
            return value[0];
        })];

    private static MatrixTrajectory Trajectory(int count, Func<int, double[]> state)
    {
        var columns = new Matrix(state(0).Length, count);
        for (var k = 0; k < count; k++)
        {
            state(k).CopyTo(columns.Column(k));
        }

        return new MatrixTrajectory(columns);
    }
}
