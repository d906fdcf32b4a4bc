using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// What folding needs and no state should own for itself: the algebra, and one full square that all states share.
/// </summary>
internal sealed class FoldScratch(ILinearAlgebra algebra, int width)
{
    private double[]? _square;

    public ILinearAlgebra Algebra => algebra;

    /// <summary>width × width, contents unspecified.</summary>
    public double[] Square => _square ??= new double[checked(width * width)];
}
