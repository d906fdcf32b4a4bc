using System.Buffers.Binary;
using System.Security.Cryptography;
using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

/// <summary>
/// The expected samples and their SHA-256 (little-endian float64, row-major) come from the authors' sampler under NumPy
/// 1.24.
/// </summary>
public sealed class YinYangTests
{
    [Theory]
    [InlineData(0.75, 0.5, 2)]
    [InlineData(0.5, 0.9, 1)]
    [InlineData(0.5, 0.1, 0)]
    [InlineData(0.25, 0.35, 1)]
    [InlineData(0.75, 0.65, 0)]
    public void ClassOf_PublishedPoints_IsTheirClass(double x, double y, int expected) =>
        Assert.Equal(expected, YinYang.ClassOf(x, y));

    [Fact]
    public void Sample_Seed42_EqualsNumPysBits()
    {
        var data = YinYang.Sample(2_000, seed: 42);

        Assert.Equal(
            [
                0.7965429868602328, 0.1834347898661638, 0.18340450985343382, 0.3042422429595377,
                0.44975413336976566, 0.3951502360018144, 0.5978999788110851, 0.9218742350231168,
            ],
            data.Values[..8].ToArray());
        Assert.Equal([0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0], data.Labels[..12].ToArray());
        Assert.Equal(1_001, data.Labels.ToArray().Sum());
        Assert.Equal("141ec089d285a9859eeb989351aef03bbb99865d77934df1c306e8b91c538712", Hash(data));
    }

    [Fact]
    public void Sample_WithDots_HasThreeClasses()
    {
        var data = YinYang.Sample(1_000, seed: 7, withDots: true);

        Assert.Equal("8fa471d065cd7b00f18487f6c74a0ff84a29af165e0e44ef3b85315d055375e7", Hash(data));
        Assert.Equal([319, 345, 336], Enumerable.Range(0, 3).Select(c => data.Labels.ToArray().Count(l => l == c)));
    }

    [Fact]
    public void LabelledData_LengthsThatDoNotFit_AreRefusedWithBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new LabelledData(new double[5], 2, new int[3]));

        Assert.StartsWith("3 rows of 2 features are 6 numbers", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LabelledData([], 2, []));
    }

    private static string Hash(LabelledData data)
    {
        var bytes = new byte[8 * data.Values.Length];
        for (var i = 0; i < data.Values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), data.Values.Span[i]);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
