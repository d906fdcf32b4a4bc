using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Snapshot pairs of one component, summed up.</summary>
/// <param name="Accumulator">The sums, by row block.</param>
/// <param name="Alignment">
/// V, n × r with orthonormal columns, for the minimal alignment; null for all of the input.
/// </param>
internal sealed record AccumulatedPairs(BlockedAccumulator Accumulator, Matrix? Alignment)
{
    public long Rows => Accumulator.Count;
}
