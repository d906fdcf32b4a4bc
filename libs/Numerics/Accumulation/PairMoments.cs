using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// First and second moments of joint snapshots s = [x; y], x before a component (n features), y after it (p features).
/// </summary>
/// <param name="BeforeWidth">n.</param>
/// <param name="AfterWidth">p.</param>
/// <param name="Count">Total weight of the snapshots; their number when every weight is one.</param>
/// <param name="Mean">Mean of s, length n + p.</param>
/// <param name="Scatter">Sum of (s - mean)(s - mean)', (n + p) × (n + p), both triangles filled.</param>
public sealed record PairMoments(int BeforeWidth, int AfterWidth, double Count, double[] Mean, Matrix Scatter)
{
    /// <summary>
    /// Block (rows from <paramref name="row"/>, columns from <paramref name="column"/>) of the scatter, copied.
    /// </summary>
    private Matrix Block(int row, int rows, int column, int columns)
    {
        var block = new Matrix(rows, columns);
        for (var j = 0; j < columns; j++)
        {
            Scatter.Column(column + j).Slice(row, rows).CopyTo(block.Column(j));
        }

        return block;
    }

    /// <summary>Sum of (x - mean)(x - mean)', n × n.</summary>
    public Matrix BeforeScatter() => Block(0, BeforeWidth, 0, BeforeWidth);

    /// <summary>Sum of (y - mean)(y - mean)', p × p.</summary>
    public Matrix AfterScatter() => Block(BeforeWidth, AfterWidth, BeforeWidth, AfterWidth);

    /// <summary>Sum of (y - mean)(x - mean)', p × n.</summary>
    public Matrix CrossScatter() => Block(BeforeWidth, AfterWidth, 0, BeforeWidth);

    /// <summary>Mean of x, length n.</summary>
    public ReadOnlySpan<double> BeforeMean => Mean.AsSpan(0, BeforeWidth);

    /// <summary>Mean of y, length p.</summary>
    public ReadOnlySpan<double> AfterMean => Mean.AsSpan(BeforeWidth, AfterWidth);
}
