using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>
/// What a network learns from: rows of features, and for each row a class or a row of targets. Everything is row-major
/// and already in the precision that is trained in, so that a batch is a copy of rows. See <see cref="TrainingSet"/>.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class TrainingSet<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal TrainingSet(T[] values, int width, int rows) => (Values, Width, Rows) = (values, width, rows);

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Features in a row.</summary>
    public int Width { get; }

    /// <summary>The features, rows × width.</summary>
    public ReadOnlyMemory<T> Values { get; }

    /// <summary>The rows' classes, from 0; empty where there are targets.</summary>
    public ReadOnlyMemory<int> Labels { get; internal init; }

    /// <summary>Targets in a row; 0 where there are labels.</summary>
    public int TargetWidth { get; internal init; }

    /// <summary>The targets, rows × target width; empty where there are labels.</summary>
    public ReadOnlyMemory<T> Targets { get; internal init; }
}
