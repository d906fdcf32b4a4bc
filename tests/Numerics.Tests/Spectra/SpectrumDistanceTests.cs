using System.Numerics;

using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

public sealed class SpectrumDistanceTests
{
    [Fact]
    public void Wasserstein_T23OneValueMoved_IsHalfTheMove()
    {
        Assert.Equal(0.05, SpectrumDistance.Wasserstein([1, 0.5], [0.9, 0.5]), 1e-15);
        Assert.Equal(0.05, SpectrumDistance.Wasserstein([1, 0.5], [0.5, 0.9]), 1e-15);
        Assert.Equal(0, SpectrumDistance.Wasserstein([1, 0.5, Complex.ImaginaryOne], [Complex.ImaginaryOne, 0.5, 1]));
    }

    [Theory]
    [InlineData(0.3, 1.1)]
    [InlineData(0.3, 0.4)]
    [InlineData(1, 2)]
    public void Wasserstein_T23TwoRotations_IsTheChord(double a, double b)
    {
        Complex[] Pair(double angle) => [Complex.FromPolarCoordinates(1, angle), Complex.FromPolarCoordinates(1, -angle)];

        Assert.Equal(2 * Math.Abs(Math.Sin((a - b) / 2)), SpectrumDistance.Wasserstein(Pair(a), Pair(b)), 1e-14);
    }
}
