using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>f(x) = max(x, 0), coordinate by coordinate.</summary>
/// <param name="width">n.</param>
public sealed class CoordinateReluFeature(int width) : Feature
{
    /// <inheritdoc/>
    public override string Name => "relu";

    /// <inheritdoc/>
    public override int Count => width;

    internal override string? StoredKind => StoredFeatures.CoordinateRelu;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        for (var j = 0; j < states.Columns; j++)
        {
            TensorPrimitives.Max(states.Column(j), 0.0, lifted.Column(j).Slice(row, width));
        }
    }
}
