using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>Principal directions of the snapshots a streaming PCA has seen.</summary>
/// <param name="Count">Snapshots seen.</param>
/// <param name="Mean">Their mean, one number a feature.</param>
/// <param name="Basis">
/// width × r, orthonormal columns by descending energy; r is at most the rank asked for, and less when the data spans
/// less.
/// </param>
/// <param name="SingularValues">Of the centred data along the basis; their squares are the energy kept.</param>
/// <param name="TotalEnergy">Sum of ||x - mean||², exact, over all directions.</param>
public sealed record PcaBasis(long Count, double[] Mean, Matrix Basis, double[] SingularValues, double TotalEnergy)
{
    /// <summary>r.</summary>
    public int Rank => Basis.Columns;

    /// <summary>
    /// Share of the energy along the basis, in [0, 1]; a lower bound, for what a chunk cut away does not come back.
    /// </summary>
    public double RetainedEnergyFraction =>
        TotalEnergy > 0 ? Math.Min(1, TensorPrimitives.SumOfSquares<double>(SingularValues) / TotalEnergy) : 1;

    /// <summary>1 - <see cref="RetainedEnergyFraction"/>: an upper bound of what the basis loses.</summary>
    public double LostEnergyFraction => 1 - RetainedEnergyFraction;

    /// <summary>
    /// U'(x - mean) for each of <paramref name="count"/> rows, row after row into <paramref name="destination"/>
    /// (<c>count * r</c>). Centred and multiplied in float64, so rows far from the origin keep their digits.
    /// </summary>
    public void Project(ReadOnlySpan<float> rows, int count, Span<float> destination, ILinearAlgebra algebra)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        SnapshotRows.Check(SnapshotRows.Before, rows, count, Mean.Length, 0);
        if (destination.Length != (long)count * Rank)
        {
            throw new ArgumentException(
                $"the destination holds {destination.Length} values, expected {count} rows of {Rank}", nameof(
                    destination));
        }

        const int Slice = 256;
        var (centred, projected) = (new double[Slice * Mean.Length], new double[Slice * Rank]);
        for (var start = 0; start < count && Rank > 0; start += Slice)
        {
            var taken = Math.Min(Slice, count - start);
            for (var i = 0; i < taken; i++)
            {
                var column = centred.AsSpan(i * Mean.Length, Mean.Length);
                TensorPrimitives.ConvertTruncating(rows.Slice((start + i) * Mean.Length, Mean.Length), column);
                TensorPrimitives.Subtract(column, Mean, column);
            }

            algebra.Gemm(
                true, false, Rank, taken, Mean.Length, 1, Basis.AsSpan(), Mean.Length, centred, Mean.Length,
                0, projected, Rank);
            TensorPrimitives.ConvertTruncating<double, float>(
                projected.AsSpan(0, taken * Rank), destination.Slice(start * Rank, taken * Rank));
        }
    }
}
