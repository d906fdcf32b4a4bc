using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>Column j of Y is the successor of column j of X; both n × m. Pair j counts Weights[j] times.</summary>
public sealed record SnapshotPairs
{
    /// <summary>Pairs with weights.</summary>
    /// <exception cref="ShapeMismatchException">X and Y differ in shape, or there are not m weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite.</exception>
    public SnapshotPairs(Matrix x, Matrix y, ReadOnlyMemory<double> weights)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Guard.Shape(y, x.Rows, x.Columns, "the matrix of successors");
        Guard.Length(weights.Length, x.Columns, "the list of weights");
        foreach (var weight in weights.Span)
        {
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                throw new ArgumentOutOfRangeException(nameof(weights), weight, "weights are finite and not negative");
            }
        }

        (X, Y, Weights) = (x, y, weights);
    }

    /// <summary>Pairs that all count once.</summary>
    public SnapshotPairs(Matrix x, Matrix y) : this(x, y, Ones(x?.Columns ?? 0))
    {
    }

    /// <summary>n × m.</summary>
    public Matrix X { get; }

    /// <summary>n × m.</summary>
    public Matrix Y { get; }

    /// <summary>m long, not negative.</summary>
    public ReadOnlyMemory<double> Weights { get; }

    /// <summary>
    /// Steps stacked in each column; 1 without delay embedding. Less than asked when trajectories were short.
    /// </summary>
    public int Delays { get; init; } = 1;

    /// <summary>States left out because they were NaN or infinite.</summary>
    public int DroppedStates { get; init; }

    /// <summary>sqrt(Weights[j]): what a column is multiplied by to count so often in least squares.</summary>
    internal double[] WeightRoots()
    {
        var roots = new double[Weights.Length];
        TensorPrimitives.Sqrt(Weights.Span, roots);
        return roots;
    }

    private static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
