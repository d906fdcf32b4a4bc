using System.Numerics.Tensors;

namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>The point that differs most so far, the earliest of equals, and how many broke the bound.</summary>
/// <param name="bound">To be beaten; infinite for none.</param>
internal sealed class WorstPoint(double bound)
{
    public long Points { get; private set; }

    public long Violations { get; private set; }

    /// <summary>Largest absolute difference.</summary>
    public double Largest { get; private set; }

    /// <summary>The output it is of.</summary>
    public int Output { get; private set; }

    /// <summary>Where; empty before the first point.</summary>
    public float[] Row { get; private set; } = [];

    /// <summary>Takes in points and their differences, both row-major.</summary>
    public void Add(ReadOnlySpan<float> rows, ReadOnlySpan<double> differences, int count)
    {
        var (width, outputs) = (rows.Length / count, differences.Length / count);
        for (var i = 0; i < count; i++)
        {
            var row = differences.Slice(i * outputs, outputs);
            var output = TensorPrimitives.IndexOfMaxMagnitude(row);
            var largest = Math.Abs(row[output]);
            Violations += largest > bound ? 1 : 0;
            if (largest > Largest || Row.Length == 0)
            {
                (Largest, Output, Row) = (largest, output, rows.Slice(i * width, width).ToArray());
            }
        }

        Points += count;
    }
}
