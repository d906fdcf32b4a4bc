using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Delay pairs of trajectories in memory by the products of their lags: the delay vectors are written out only for a
/// method that asks for columns.
/// </summary>
internal sealed class LagSource(SnapshotData data, int delays) : IPairSource
{
    // Pairs of a trajectory from which summing by lags is worth the corrections at its two ends.
    private const int LongTrajectory = 16;

    public int Blocks => 1;

    public static bool IsWorthIt(SnapshotData data, int delays) =>
        !data.IsPairs && data.Trajectories.Sum(t => Math.Max(0, t.Columns - delays))
            >= LongTrajectory * data.Trajectories.Count;

    public long[] BlockCounts() => [data.Trajectories.Sum(t => (long)Math.Max(0, t.Columns - delays))];

    public LiftedPairs All(ILinearAlgebra la) => new(
        LagProducts.Of(data.Trajectories, delays, la), () => new LiftedPairs(data.Pairs(delays), null));

    public LiftedPairs Weighted(ReadOnlySpan<double> blockWeights, ILinearAlgebra la) =>
        blockWeights is [1] ? All(la) : throw new ArgumentException(
            $"there is one block that counts once, got weights [{string.Join(", ", blockWeights.ToArray())}]",
            nameof(blockWeights));
}
