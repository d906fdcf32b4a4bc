using System.Globalization;
using System.Text.Json;
using KoopmanMesh.Networks.Verification;

namespace KoopmanMesh.Networks.Tests.Verification;

public sealed class DifferencePropertyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-property-");

    [Fact]
    public void Write_Small_IsWrittenOut()
    {
        var text = DifferenceProperty.Write([0, -0.5], [1, 0.25], 2, 0.125, ["two inputs\nand outputs"]);

        Assert.Equal(
            """
            ; two inputs and outputs
            (declare-const X_0 Real)
            (declare-const X_1 Real)
            (declare-const Y_0 Real)
            (declare-const Y_1 Real)
            (assert (>= X_0 0.0))
            (assert (<= X_0 1.0))
            (assert (>= X_1 -0.5))
            (assert (<= X_1 0.25))
            (assert (or
                (and (>= Y_0 0.125))
                (and (<= Y_0 -0.125))
                (and (>= Y_1 0.125))
                (and (<= Y_1 -0.125))
            ))

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void Write_NumbersThatFloat32DoesNotHold_RoundTheBoxOutAndEpsilonDown()
    {
        double[] lower = [0.1, -1e-9, 1.0 / 3, -123456.789, 1e-40];
        double[] upper = [0.3, 1e-9, 2.0 / 3, 98765.4321, 1e20];

        var property = VnnLibProperty.Parse(DifferenceProperty.Write(lower, upper, 1, 0.1, []));

        for (var i = 0; i < lower.Length; i++)
        {
            var (from, to) = (property.Lower.Span[i], property.Upper.Span[i]);
            Assert.True(from <= lower[i] && to >= upper[i]);
            Assert.Equal(from, (float)from);
            Assert.Equal(to, (float)to);
            Assert.True(MathF.BitIncrement((float)from) > lower[i] && MathF.BitDecrement((float)to) < upper[i]);
        }

        // float32 holds 0.1 a little too large: the next below is the property's.
        Assert.True(property.Describes([MathF.BitDecrement(0.1f)]));
        Assert.False(property.Describes([MathF.BitDecrement(MathF.BitDecrement(0.1f))]));
    }

    [Fact]
    public void Write_ReadAsVnnCompDoes_IsTheSameBoxAndTheSameSolutions()
    {
        var random = new Random(81);
        double[] lower = [.. Enumerable.Range(0, 30).Select(i => (random.NextDouble() - 0.5) * Math.Pow(10, i - 15))];
        double[] upper = [.. lower.Select(value => value + (Math.Abs(value) * random.NextDouble()))];
        var text = DifferenceProperty.Write(lower, upper, 3, 1e-6, ["e-5 in a comment"]);
        var property = VnnLibProperty.Parse(text);
        var points = Enumerable.Range(0, 200).Select(k => new
        {
            x = lower.Zip(upper, (a, b) => a + ((b - a) * (random.NextDouble() + (k % 7 == 0 ? 1e-3 : 0)))).ToArray(),
            y = Enumerable.Range(0, 3).Select(_ => (random.NextDouble() - 0.5) * 4e-6).ToArray(),
        }).ToArray();
        var (file, json) = (Path.Combine(_folder.FullName, "p.vnnlib"), Path.Combine(_folder.FullName, "points.json"));
        File.WriteAllText(file, text);
        File.WriteAllText(json, JsonSerializer.Serialize(points));

        var seen = Peers.ReadProperty(file, json);

        Assert.Equal(3, seen.GetProperty("outputs").GetInt32());
        Assert.Equal(6, seen.GetProperty("clauses").GetInt32());
        Assert.Equal(
            property.Lower.ToArray().Zip(property.Upper.ToArray()),
            seen.GetProperty("box").EnumerateArray().Select(pair => (pair[0].GetDouble(), pair[1].GetDouble())));
        Assert.Equal(
            points.Select(point => property.Violation(point.x) == 0 && property.Describes(point.y)),
            seen.GetProperty("answers").EnumerateArray().Select(answer => answer.GetBoolean()));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(1e-7)]
    [InlineData(123456789.125)]
    [InlineData(5e-324)]
    [InlineData(1.7976931348623157e308)]
    [InlineData(0.30000000000000004)]
    public void PlainDecimal_AnyNumber_ReadsBackTheSameWithoutExponent(double value)
    {
        var text = PlainDecimal.Format(value);

        Assert.DoesNotContain('E', text);
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        Assert.Equal(value, double.Parse(text, plain, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Write_WhatIsNoProperty_SaysWhy()
    {
        Assert.Equal(
            "epsilon is 0, expected a number above 0 that float32 holds",
            Refused(() => DifferenceProperty.Write([0], [1], 1, 0, [])));
        Assert.Equal(
            "epsilon is 1E-50, expected a number above 0 that float32 holds",
            Refused(() => DifferenceProperty.Write([0], [1], 1, 1e-50, [])));
        Assert.Equal(
            "feature 1 of the box goes from 0 to 1E+39, expected numbers that float32 holds, the lower first",
            Refused(() => DifferenceProperty.Write([0, 0], [1, 1e39], 1, 1, [])));
        Assert.Equal(
            "feature 0 of the box goes from 1 to 0, expected numbers that float32 holds, the lower first",
            Refused(() => DifferenceProperty.Write([1], [0], 1, 1, [])));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Refused(Func<string> write) =>
        Assert.Throws<VerificationFormatException>(write).Message;
}
