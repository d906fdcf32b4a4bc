using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>
/// The affine map y ≈ slope · x + offset of least squares, slope = G U' (p × n): U (n × r, orthonormal columns) spans
/// the directions of x that were kept, G (p × r) is the slope on them. Immutable; matrices are not to be written to.
/// </summary>
public sealed class AffineFit
{
    private readonly Lazy<Matrix> _slope;

    internal AffineFit(Matrix basis, Matrix reducedSlope, double[] offset, ILinearAlgebra la)
    {
        (Basis, ReducedSlope, Offset) = (basis, reducedSlope, offset);
        _slope = new Lazy<Matrix>(() => la.Multiply(reducedSlope, basis, transposeB: true));
    }

    /// <summary>G U', p × n. Formed on first use: O(p n r).</summary>
    public Matrix Slope => _slope.Value;

    /// <summary>U, n × r: kept directions of x, orthonormal, leading first, in the coordinates of x itself.</summary>
    public Matrix Basis { get; }

    /// <summary>G, p × r.</summary>
    public Matrix ReducedSlope { get; }

    /// <summary>mean(y) - slope · mean(x), length p.</summary>
    public ReadOnlyMemory<double> Offset { get; }

    /// <summary>All singular values of the centred (and aligned) x, descending, the discarded ones too.</summary>
    public required ReadOnlyMemory<double> SingularValues { get; init; }

    /// <summary>How many directions were kept, and why.</summary>
    public required RankDecision Rank { get; init; }

    /// <summary>s_1 / s_r over the kept directions; 1 when nothing was kept.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>
    /// Decimal digits of the slope lost to the conditioning of x: log10 of the condition number from a factor, twice
    /// that from moments, which square it. 16 minus this is what is left.
    /// </summary>
    public required double DigitsLost { get; init; }

    /// <summary>n.</summary>
    public int BeforeWidth => Basis.Rows;

    /// <summary>p.</summary>
    public int AfterWidth => ReducedSlope.Rows;

    /// <summary>Slope · x + offset for each column of x (n × m); p × m. O((n + p) r m).</summary>
    public Matrix Apply(Matrix x, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(x, BeforeWidth, x.Columns, "the snapshots to map");
        var y = la.Multiply(ReducedSlope, la.Multiply(Basis, x, transposeA: true));
        for (var j = 0; j < y.Columns; j++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(y.Column(j), Offset.Span, y.Column(j));
        }

        return y;
    }
}
