using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training;

/// <summary>Makes training sets.</summary>
public static class TrainingSet
{
    /// <summary>Rows with a class each. Takes ownership of both arrays.</summary>
    /// <param name="values">Row-major, <c>labels.Length * width</c> long.</param>
    /// <param name="width">Features in a row.</param>
    /// <param name="labels">Classes, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is no row.</exception>
    public static TrainingSet<T> OfClasses<T>(T[] values, int width, int[] labels)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        Require(values, width, labels.Length, "features", nameof(values));
        return new TrainingSet<T>(values, width, labels.Length) { Labels = labels };
    }

    /// <summary>The rows of <paramref name="data"/>, rounded to T.</summary>
    public static TrainingSet<T> OfClasses<T>(LabelledData data)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(data);
        var values = new T[data.Values.Length];
        TensorPrimitives.ConvertTruncating(data.Values.Span, values.AsSpan());
        return OfClasses(values, data.Width, data.Labels.ToArray());
    }

    /// <summary>Rows with a row of targets each. Takes ownership of both arrays.</summary>
    /// <param name="values">Row-major, rows × <paramref name="width"/>.</param>
    /// <param name="width">Features in a row.</param>
    /// <param name="targets">Row-major, rows × <paramref name="targetWidth"/>.</param>
    /// <param name="targetWidth">Targets in a row.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is no row.</exception>
    public static TrainingSet<T> OfTargets<T>(T[] values, int width, T[] targets, int targetWidth)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var rows = values.Length / width;
        Require(values, width, rows, "features", nameof(values));
        Require(targets, targetWidth, rows, "targets", nameof(targets));
        return new TrainingSet<T>(values, width, rows) { Targets = targets, TargetWidth = targetWidth };
    }

    private static void Require<T>(T[] values, int width, int rows, string what, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (rows == 0 || values.LongLength != (long)rows * width)
        {
            throw new ArgumentException(
                $"{rows} rows of {width} {what} are {(long)rows * width} numbers and at least one row, got "
                + $"{values.Length}",
                parameter);
        }
    }
}
