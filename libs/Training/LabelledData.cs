namespace KoopmanMesh.Training;

/// <summary>Rows of features with a class each: <see cref="Values"/> is row-major, <c>Rows * Width</c> long.</summary>
public sealed class LabelledData
{
    /// <summary>Takes ownership of both arrays.</summary>
    /// <param name="values">Row-major, <c>labels.Length * width</c> long.</param>
    /// <param name="width">Features in a row.</param>
    /// <param name="labels">Classes, from 0.</param>
    public LabelledData(double[] values, int width, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (labels.Length == 0 || values.LongLength != (long)labels.Length * width)
        {
            throw new ArgumentException(
                $"{labels.Length} rows of {width} features are {(long)labels.Length * width} numbers and at least one " +
                $"row, got {values.Length}",
                nameof(values));
        }

        (Values, Width, Labels) = (values, width, labels);
    }

    /// <summary>Number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>Features in a row.</summary>
    public int Width { get; }

    /// <summary>The features, row-major.</summary>
    public ReadOnlyMemory<double> Values { get; }

    /// <summary>The rows' classes.</summary>
    public ReadOnlyMemory<int> Labels { get; }
}
