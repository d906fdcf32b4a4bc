using KoopmanMesh.Cli.Scaling;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>The laws of scaling against their own closed forms and published tables.</summary>
public sealed class ScalingLawTests
{
    [Theory]
    [InlineData(0.0, 2)]
    [InlineData(0.05, 4)]
    [InlineData(0.3, 1000)]
    [InlineData(1.0, 8)]
    public void SerialFraction_OfAmdahlsSpeedUp_IsTheFractionItCameFrom(double fraction, double p) =>
        Assert.Equal(fraction, ScalingLaw.SerialFraction(1 / (fraction + ((1 - fraction) / p)), p), 12);

    // Quinn, Parallel Programming in C with MPI and OpenMP (2004), section 7.5: a program that is a tenth serial.
    [Theory]
    [InlineData(2, 1.82)]
    [InlineData(3, 2.50)]
    [InlineData(4, 3.08)]
    [InlineData(5, 3.57)]
    [InlineData(6, 4.00)]
    [InlineData(7, 4.38)]
    [InlineData(8, 4.71)]
    public void SerialFraction_OfQuinnsFirstTable_IsATenthThroughout(double p, double speedUp) =>
        Assert.Equal(0.10, ScalingLaw.SerialFraction(speedUp, p), 2);

    // The same book's second table: overhead that grows with the processors.
    [Theory]
    [InlineData(2, 1.87, 0.070)]
    [InlineData(4, 3.23, 0.080)]
    [InlineData(8, 4.71, 0.100)]
    public void SerialFraction_OfQuinnsSecondTable_GrowsAsPrinted(double p, double speedUp, double printed) =>
        Assert.Equal(printed, ScalingLaw.SerialFraction(speedUp, p), 2);

    [Fact]
    public void SerialFraction_OfMoreThanPTimes_IsNegative() =>
        Assert.True(ScalingLaw.SerialFraction(4.5, 4) < 0);

    [Fact]
    public void Fractions_AtTheBase_HaveNothingToExplain()
    {
        Assert.True(double.IsNaN(ScalingLaw.SerialFraction(1, 1)));
        Assert.True(double.IsNaN(ScalingLaw.ScaledSerialFraction(1, 1)));
    }

    [Theory]
    [InlineData(0.0, 4)]
    [InlineData(0.2, 64)]
    [InlineData(1.0, 3)]
    public void ScaledSerialFraction_OfGustafsonsSpeedUp_IsTheFractionItCameFrom(double fraction, double p) =>
        Assert.Equal(fraction, ScalingLaw.ScaledSerialFraction(fraction + ((1 - fraction) * p), p), 12);

    [Fact]
    public void ScaledSpeedUp_OfAJobThatTakesTheSameTime_IsP() =>
        Assert.Equal(16, ScalingLaw.ScaledSpeedUp(3.5, 3.5, 16));

    // Jain, Chiu and Hawe (1984): of a hundred users twenty get a dollar each, the others nothing.
    [Fact]
    public void Fairness_OfTwentyInAHundred_IsAFifth() =>
        Assert.Equal(0.2, ScalingLaw.Fairness([.. Enumerable.Range(0, 100).Select(i => i < 20 ? 1.0 : 0.0)]), 12);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Fairness_OfEqualShares_IsOneWhateverTheirSize(int users) =>
        Assert.Equal(1, ScalingLaw.Fairness([.. Enumerable.Repeat(0.37, users)]), 12);

    // numpy.percentile([15, 20, 35, 40, 50], q), its default method.
    [Theory]
    [InlineData(0.00, 15)]
    [InlineData(0.05, 16)]
    [InlineData(0.25, 20)]
    [InlineData(0.40, 29)]
    [InlineData(0.50, 35)]
    [InlineData(0.99, 49.6)]
    [InlineData(1.00, 50)]
    public void Quantile_OfFiveNumbers_IsNumPys(double q, double expected) =>
        Assert.Equal(expected, Quantiles.Of([40, 15, 50, 20, 35], q), 12);

    [Fact]
    public void Quantile_OfOne_IsThatOne() => Assert.Equal(4.2, Quantiles.Of([4.2], 0.99));

    [Fact]
    public void Quantile_OfNothing_IsUndefined() => Assert.True(double.IsNaN(Quantiles.Of([], 0.5)));
}
