using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

public sealed class ScalarForecastTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_T16TwoCosines_GoOn(string name)
    {
        static double Value(int t) => Math.Cos(0.3 * t) + (0.5 * Math.Cos(1.1 * t));
        var options = new ForecastOptions { Delays = 4, HasConstant = false };

        var predicted = ScalarForecast.Run(
            [.. Enumerable.Range(0, 40).Select(Value)], 25, Algebras.Get(name), options);

        Assert.Equal(Enumerable.Range(40, 25).Select(Value), predicted, (x, y) => Math.Abs(x - y) < 1e-8);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Run_LossOfTwoRates_FallsToItsFloor(string name)
    {
        static double Loss(int t) => 0.1 + (2 * Math.Pow(0.9, t)) + (0.5 * Math.Pow(0.6, t));

        var predicted = ScalarForecast.Run([.. Enumerable.Range(0, 30).Select(Loss)], 400, Algebras.Get(name));

        Assert.Equal(Loss(39), predicted[9], 1e-7);
        Assert.Equal(0.1, predicted[399], 1e-6);
    }

    [Fact]
    public void Run_OfTooFewValues_SaysHowManyItTakes() => Assert.Equal(
        "a forecast with 4 snapshots stacked in one takes at least 6 snapshots, got 5 (Parameter 'trajectory')",
        Assert.Throws<ArgumentException>(() => ScalarForecast.Run(
            [5, 4, 3, 2, 1], 1, Algebras.Get("managed"), new ForecastOptions { Delays = 4 })).Message);
}
