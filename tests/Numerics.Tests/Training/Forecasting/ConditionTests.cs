using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

public sealed class ConditionTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_SmallModeBesideLargeOnes_LosesDigitsByTheConditionAndNotByItsSquare(string algebra)
    {
        // w_k = sum a_i r_i^k q_i with orthogonal q_i: the third mode's singular value is some 1e-8 of the first's, and
        // 2e-16 / 1e-8 of it is rounding. A fit that squares the condition leaves nothing of it.
        double[] amplitudes = [1, 0.1, 1e-8];
        double[] rates = [0.999, 0.95, 1.002];
        double[][] modes = [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1]];
        var columns = new Matrix(4, 200);
        for (var k = 0; k < columns.Columns; k++)
        {
            State(k).CopyTo(columns.Column(k));
        }

        var forecast = WeightForecast.Run(
            new MatrixTrajectory(columns),
            new ForecastOptions
            {
                Partition = new Partition.Full(),
                HasConstant = false,
                RelativeTolerance = 1e-12,
                Clip = double.PositiveInfinity,
            },
            [2_000], Algebras.Get(algebra), null, TestContext.Current.CancellationToken);

        // What the third mode has grown to, and no more of it than 1 % is lost.
        var truth = State(2_199);
        var third = 1e-8 * Math.Pow(1.002, 2_199);
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(truth[i], forecast.Weights[0][i], 1e-2 * third));

        double[] State(int k) => [.. Enumerable.Range(0, 4).Select(
            i => Enumerable.Range(0, 3).Sum(j => amplitudes[j] * Math.Pow(rates[j], k) * modes[j][i]))];
    }
}
