using System.Numerics.Tensors;

namespace KoopmanMesh.Training.Losses;

/// <summary>Mean over all entries of <c>e²</c>, derivative <c>2 e</c>, as PyTorch's MSELoss.</summary>
public sealed record MeanSquared : ErrorLoss
{
    /// <inheritdoc/>
    protected override double Tally<T>(Span<T> error, Span<T> scratch)
    {
        var sum = double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(error));
        TensorPrimitives.Add(error, error, error);
        return sum;
    }
}
