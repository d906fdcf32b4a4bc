using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>f(x) = x.</summary>
/// <param name="width">n.</param>
public sealed class StateFeature(int width) : Feature
{
    /// <inheritdoc/>
    public override string Name => "x";

    /// <inheritdoc/>
    public override int Count => width;

    internal override string? StoredKind => StoredFeatures.State;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        for (var j = 0; j < states.Columns; j++)
        {
            states.Column(j).CopyTo(lifted.Column(j)[row..]);
        }
    }
}
