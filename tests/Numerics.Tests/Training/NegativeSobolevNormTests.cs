using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Training;

namespace KoopmanMesh.Numerics.Tests.Training;

public sealed class NegativeSobolevNormTests
{
    private static readonly double[] _sine = [.. Enumerable.Range(0, 64).Select(j => Math.Sin(2 * Math.PI * 3 * j / 64))];

    [Fact]
    public void Squared_T21PureSine_IsItsWeightHalved()
    {
        Assert.Equal(2.6488574294e-2, new NegativeSobolevNorm(0.5).Squared(_sine), 1e-12);
        Assert.Equal(0.5, new NegativeSobolevNorm(0).Squared(_sine), 1e-14);
        Assert.Equal(0.5 / Math.Sqrt(1 + (9 * Math.PI * Math.PI)), new NegativeSobolevNorm(0.5, 2).Squared(_sine), 1e-14);
    }

    [Fact]
    public void Amplification_T21GridOf256_IsThePapersNumber()
    {
        Assert.Equal(5.847328, new NegativeSobolevNorm(1).Amplification(1, 256), 1e-6);
        Assert.Equal(0.664, new NegativeSobolevNorm(1).Amplification(3, 256), 1e-3);
        Assert.Equal(0.060, new NegativeSobolevNorm(1).Amplification(10, 256), 1e-3);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1)]
    public void Gradient_AnyLength_IsThatOfTheNorm(int length)
    {
        var norm = new NegativeSobolevNorm(0.75);
        var e = Matrices.Gaussian(length, 1, 3).AsSpan().ToArray();
        var gradient = norm.Gradient(e);

        for (var j = 0; j < length; j++)
        {
            var (up, down) = ((double[])e.Clone(), (double[])e.Clone());
            (up[j], down[j]) = (e[j] + 1e-5, e[j] - 1e-5);
            Assert.Equal((norm.Squared(up) - norm.Squared(down)) / 2e-5, gradient[j], 1e-9);
        }

        // Parseval: s = 0 is the mean square.
        Assert.Equal(e.Sum(v => v * v) / length, new NegativeSobolevNorm(0).Squared(e), 1e-13);
    }

    [Fact]
    public void BadInput_IsNamed()
    {
        Assert.Equal(
            "the signal was expected to be at least 1 long, got 0",
            Assert.Throws<ShapeMismatchException>(() => new NegativeSobolevNorm(1).Squared([])).Message);
        Assert.Throws<NonFiniteDataException>(() => new NegativeSobolevNorm(1).Gradient([double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NegativeSobolevNorm(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NegativeSobolevNorm(1, 0));
    }
}
