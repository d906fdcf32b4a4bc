using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>f(x) = |x|, coordinate by coordinate: with x itself it spans every leaky ReLU (methods T11).</summary>
/// <param name="width">n.</param>
public sealed class AbsoluteFeature(int width) : Feature
{
    /// <inheritdoc/>
    public override string Name => "abs";

    /// <inheritdoc/>
    public override int Count => width;

    internal override string? StoredKind => StoredFeatures.Absolute;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        for (var j = 0; j < states.Columns; j++)
        {
            TensorPrimitives.Abs(states.Column(j), lifted.Column(j).Slice(row, width));
        }
    }
}
