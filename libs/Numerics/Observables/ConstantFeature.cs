using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>f(x) = 1: what makes an operator affine (methods N8).</summary>
public sealed class ConstantFeature : Feature
{
    /// <inheritdoc/>
    public override string Name => "1";

    /// <inheritdoc/>
    public override int Count => 1;

    internal override string? StoredKind => StoredFeatures.Constant;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(lifted);
        for (var j = 0; j < lifted.Columns; j++)
        {
            lifted[row, j] = 1;
        }
    }
}
