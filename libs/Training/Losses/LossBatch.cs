using System.Numerics;

namespace KoopmanMesh.Training.Losses;

/// <summary>A batch as a loss sees it; matrices are row-major, one row a sample.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct LossBatch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Which rows of the training set these are, in order.</summary>
    public required ReadOnlySpan<int> Rows { get; init; }

    /// <summary>The network's outputs, rows × width.</summary>
    public required ReadOnlySpan<T> Outputs { get; init; }

    /// <summary>Where the gradient goes, as the outputs.</summary>
    public required Span<T> Gradient { get; init; }

    /// <summary>Epochs done / epochs in all, in [0, 1): 0 throughout the first epoch.</summary>
    public double Progress { get; init; }

    /// <summary>The rows' classes; empty where there are targets.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>The rows' targets, rows × width; empty where there are labels.</summary>
    public ReadOnlySpan<T> Targets { get; init; }
}
