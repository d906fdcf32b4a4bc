using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>
/// Rows of a box, float32 values all: inside it, at its corners, and where two networks were seen to differ.
/// </summary>
internal static class Points
{
    public static Matrix Random(Box box, int count, int seed)
    {
        var random = new Random(seed);
        return Fill(box, count, (_, _) => random.NextDouble());
    }

    public static Matrix Corners(Box box, int count, int seed)
    {
        var random = new Random(seed);
        return Fill(box, count, (_, _) => random.Next(2));
    }

    /// <summary>Sign ascent of |original - hybrid| of one output after the other.</summary>
    public static Matrix Ascended(Box box, LoweredNetwork original, LoweredNetwork hybrid, int count, int seed)
    {
        var la = PlantedNetworks.La;
        var rows = Random(box, count, seed);
        for (var step = 0; step < 15; step++)
        {
            var (x, y) = (original.Run(rows, la), hybrid.Run(rows, la));
            var weights = new Matrix(x.Output.Rows, count);
            for (var j = 0; j < count; j++)
            {
                var output = j % weights.Rows;
                weights[output, j] = Math.Sign(x.Output[output, j] - y.Output[output, j]);
            }

            var (up, down) = (x.Gradient(weights, la), y.Gradient(weights, la));
            var next = rows.Copy();
            for (var j = 0; j < count; j++)
            {
                for (var i = 0; i < rows.Rows; i++)
                {
                    var stride = 0.25 * (box.Upper[i] - box.Lower[i]) * Math.Sign(up[i, j] - down[i, j]);
                    next[i, j] = Inside(box, i, rows[i, j] + stride);
                }
            }

            rows = next;
        }

        return rows;
    }

    /// <summary>Each output's largest difference over the rows, in double and as the runtime has it.</summary>
    public static (double[] Double, double[] Single) Differences(
        NetworkModel original, NetworkModel hybrid, Matrix rows)
    {
        var (x, y) = (LoweredNetwork.Lower(original), LoweredNetwork.Lower(hybrid));
        var exact = Largest(x.Evaluate(rows, PlantedNetworks.La), y.Evaluate(rows, PlantedNetworks.La));
        return (exact, Largest(Run(original, rows), Run(hybrid, rows)));
    }

    /// <summary>In ONNX Runtime.</summary>
    public static Matrix Run(NetworkModel model, Matrix rows)
    {
        using var session = new NetworkSession(model, new NetworkSessionOptions { Threads = 1 });
        float[] values = [.. rows.AsSpan().ToArray().Select(value => (float)value)];
        var output = session.Run(values, rows.Columns, TestContext.Current.CancellationToken).Output;
        return new Matrix(
            model.Output.Width, rows.Columns, [.. output.ToArray().Select(value => (double)value)]);
    }

    public static double[] Largest(Matrix a, Matrix b)
    {
        var largest = new double[a.Rows];
        for (var j = 0; j < a.Columns; j++)
        {
            for (var i = 0; i < a.Rows; i++)
            {
                largest[i] = Math.Max(largest[i], Math.Abs(a[i, j] - b[i, j]));
            }
        }

        return largest;
    }

    private static Matrix Fill(Box box, int count, Func<int, int, double> fraction)
    {
        var rows = new Matrix(box.Width, count);
        for (var j = 0; j < count; j++)
        {
            for (var i = 0; i < box.Width; i++)
            {
                rows[i, j] = Inside(box, i, box.Lower[i] + (fraction(i, j) * (box.Upper[i] - box.Lower[i])));
            }
        }

        return rows;
    }

    /// <summary>The float32 value nearest to it that lies in the box.</summary>
    private static double Inside(Box box, int i, double value)
    {
        var single = (float)Math.Clamp(value, box.Lower[i], box.Upper[i]);
        while (single > box.Upper[i])
        {
            single = MathF.BitDecrement(single);
        }

        while (single < box.Lower[i])
        {
            single = MathF.BitIncrement(single);
        }

        return single;
    }
}
