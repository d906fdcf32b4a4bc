using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// What scoring needs of component i of a chain: its effective Jacobian J_i = G_i U_i' (methods P0.5) in factors, so
/// that a wide cut costs little, and the moments its snapshots have in the reduced coordinates u = U_i' x.
/// </summary>
internal sealed record ChainLink
{
    /// <summary>G_i, p × r: the slope of the affine fit in the reduced coordinates.</summary>
    public required Matrix ReducedSlope { get; init; }

    /// <summary>U_i, n × r, orthonormal columns: the input directions the fit kept.</summary>
    public required Matrix Basis { get; init; }

    /// <summary>Moments of [u; y] over the fitted rows: r features before, p after.</summary>
    public required PairMoments Moments { get; init; }

    /// <summary>The same by row block, for the bootstrap; null when no intervals are wanted.</summary>
    public BlockMoments? Blocks { get; init; }

    /// <summary>
    /// log |det| of the component's own reduced Koopman operator, from its spectrum fit; null when it has none.
    /// </summary>
    public double? OperatorDet { get; init; }

    /// <summary>n, the width of the component's input.</summary>
    public int BeforeWidth => Basis.Rows;

    /// <summary>p, the width of the component's output.</summary>
    public int AfterWidth => ReducedSlope.Rows;

    /// <summary>r, the number of input directions kept.</summary>
    public int ReducedWidth => Basis.Columns;

    /// <summary>Whether J_i is square, so that its determinant has a sign.</summary>
    public bool IsSquare => BeforeWidth == AfterWidth;
}
