using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>A learning rate that is not the one its stretch of snapshots began with.</summary>
/// <param name="Step">The first snapshot that has it.</param>
/// <param name="From">The first rate that is known.</param>
/// <param name="To">The other.</param>
internal sealed record LearningRateJump(long Step, double From, double To)
{
    // Above this the dynamics are not one map.
    private const double Change = 0.01;

    /// <summary>The first jump among snapshots in order; null where there is none.</summary>
    public static LearningRateJump? In(IEnumerable<Snapshot> snapshots)
    {
        double? first = null;
        foreach (var snapshot in snapshots)
        {
            first ??= snapshot.LearningRate;
            if (snapshot.LearningRate is { } rate && Math.Abs(rate - first!.Value) > Change * first.Value)
            {
                return new LearningRateJump(snapshot.Step, first.Value, rate);
            }
        }

        return null;
    }
}
