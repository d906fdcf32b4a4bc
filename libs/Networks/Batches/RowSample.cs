using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Networks.Batches;

/// <summary>
/// A few rows and what the original network makes of them: the yardstick of every change to the batch axis.
/// </summary>
internal sealed record RowSample(int Rows, float[] Values, float[] Expected)
{
    /// <summary>Largest difference, relative to the largest expected value, that still counts as equal.</summary>
    public const double Tolerance = 1e-5;

    private const int Seed = 20221208;

    private int Width => Values.Length / Rows;

    /// <summary>Uniform values in [0, 1), always the same.</summary>
    public static float[] Uniform(int count)
    {
        var random = new Random(Seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextSingle();
        }

        return values;
    }

    /// <summary>Rows run one at a time through the model.</summary>
    public static RowSample OneByOne(ModelProto model, string output, int rows, long[] oneRow)
    {
        var width = checked((int)oneRow.Aggregate(1L, (product, length) => product * length));
        var values = Uniform(rows * width);
        using var probe = new GraphProbe(model, [output]);
        float[] expected = [.. Enumerable.Range(0, rows).SelectMany(
            row => probe.Run(values[(row * width)..((row + 1) * width)], oneRow)[output].Values)];
        return new RowSample(rows, values, expected);
    }

    /// <summary>Rows run together, as the file fixes them.</summary>
    public static RowSample Together(ModelProto model, string output, long[] dimensions)
    {
        var values = Uniform(checked((int)dimensions.Aggregate(1L, (product, length) => product * length)));
        using var probe = new GraphProbe(model, [output]);
        return new RowSample((int)dimensions[0], values, probe.Run(values, dimensions)[output].Values);
    }

    /// <summary>
    /// The largest relative difference between what is expected and what the candidate makes of the rows together and
    /// one at a time; infinite when a size differs or the runtime refuses.
    /// </summary>
    public double Difference(ModelProto candidate, string output, long[] oneRow)
    {
        try
        {
            using var probe = new GraphProbe(candidate, [output]);
            var together = probe.Run(Values, [oneRow[0] * Rows, .. oneRow.Skip(1)])[output].Values;
            float[] apart = [.. Enumerable.Range(0, Rows).SelectMany(
                row => probe.Run(Values[(row * Width)..((row + 1) * Width)], oneRow)[output].Values)];
            return Math.Max(Difference(Expected, together), Difference(Expected, apart));
        }
        catch (OnnxRuntimeException)
        {
            // A graph that won't take a batch is an answer, not an error: the caller tries the next way.
            return double.PositiveInfinity;
        }
    }

    /// <summary>max |a - b| / max |a|; NaN equals NaN, and anything else non-finite differs infinitely.</summary>
    public static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length)
        {
            return double.PositiveInfinity;
        }

        var (scale, difference) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i]))
            {
                scale = Math.Max(scale, float.IsFinite(expected[i]) ? Math.Abs(expected[i]) : 0);
                continue;
            }

            if (!float.IsFinite(expected[i]) || !float.IsFinite(actual[i]))
            {
                return double.PositiveInfinity;
            }

            scale = Math.Max(scale, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs((double)expected[i] - actual[i]));
        }

        return difference == 0 ? 0 : difference / Math.Max(scale, float.Epsilon);
    }
}
