using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// Mean over all entries of <c>e² / 2</c> where <c>|e| ≤ delta</c> and <c>delta (|e| - delta / 2)</c> beyond,
/// derivative <c>clip(e, -delta, delta)</c>, as PyTorch's HuberLoss (methods P2.3 has delta = 1).
/// </summary>
public sealed record Huber : ErrorLoss
{
    /// <summary>Where the square ends, positive; default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive and finite.</exception>
    public double Delta
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Delta), value, "delta is positive and finite");
    } = 1;

    /// <inheritdoc/>
    protected override double Tally<T>(Span<T> error, Span<T> scratch)
    {
        // With c the clipped error, both branches are c (e - c / 2).
        var delta = T.CreateTruncating(Delta);
        TensorPrimitives.Clamp(error, -delta, delta, scratch);
        var sum = double.CreateTruncating(TensorPrimitives.Dot<T>(scratch, error))
            - (double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(scratch)) / 2);
        scratch.CopyTo(error);
        return sum;
    }
}
