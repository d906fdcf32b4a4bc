using System.Text.Json;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Reference;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

public sealed class ForecastReferenceTests
{
    [Fact]
    public void Run_AgainstPseudoInverseAndPowersOfNumPy_IsTheSame()
    {
        using var problems = PythonReference.Run("forecast_reference.py");

        Assert.Equal(13, problems.RootElement.GetArrayLength());
        foreach (var problem in problems.RootElement.EnumerateArray())
        {
            Assert.All(Algebras.Names, name => Check(problem, Algebras.Get(name)));
        }
    }

    private static void Check(JsonElement problem, ILinearAlgebra la)
    {
        var (rows, snapshots) = (problem.GetProperty("rows").GetInt32(), Numbers(problem, "snapshots"));
        var options = new ForecastOptions
        {
            Partition = new Partition.Full(),
            HasConstant = problem.GetProperty("constant").GetBoolean(),
            Delays = problem.GetProperty("delays").GetInt32(),
            RelativeTolerance = problem.GetProperty("tolerance").GetDouble(),
            Clip = double.PositiveInfinity,
        };
        var trajectory = new MatrixTrajectory(new Matrix(rows, snapshots.Length / rows, snapshots));
        var steps = problem.GetProperty("steps").GetInt32();

        var predicted = WeightForecast.Run(
            trajectory, options, [steps], la, null, TestContext.Current.CancellationToken).Weights[0];

        // Relative to how far the weights move, not to how large they are; but no finer than these are rounded.
        var (expected, last) = (Numbers(problem, "expected"), snapshots[^rows..]);
        var moved = expected.Zip(last, (x, y) => Math.Abs(x - y)).Max();
        var missed = expected.Zip(predicted, (x, y) => Math.Abs(x - y)).Max();
        Assert.True(
            missed <= (1e-7 * moved) + 1e-14, $"{problem.GetProperty("name")}: {missed} of {moved} with {la.Name}");
    }

    private static double[] Numbers(JsonElement problem, string name) =>
        [.. problem.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
