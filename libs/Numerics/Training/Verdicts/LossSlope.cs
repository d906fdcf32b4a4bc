using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>How fast a loss changes over a window, relative to itself.</summary>
public static class LossSlope
{
    /// <summary>
    /// Slope of the least-squares line through the losses over their mean magnitude, per snapshot: -0.01 falls by a
    /// hundredth of itself a snapshot. 0 for losses that are all 0.
    /// </summary>
    /// <param name="losses">At least 2, finite.</param>
    public static double Of(ReadOnlySpan<double> losses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(losses.Length, 2);
        var (middle, sum, size, spread) = (0.5 * (losses.Length - 1), 0.0, 0.0, 0.0);
        for (var k = 0; k < losses.Length; k++)
        {
            sum += (k - middle) * losses[k];
            spread += (k - middle) * (k - middle);
            size += Math.Abs(losses[k]) / losses.Length;
        }

        return size > 0 ? sum / spread / size : 0;
    }

    /// <summary>
    /// The same of snapshots: of the validation loss where every one has it, else of the loss; null when neither is
    /// known throughout.
    /// </summary>
    public static double? Of(IReadOnlyList<Snapshot> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        if (snapshots.Count < 2 || Series(snapshots) is not { } loss)
        {
            return null;
        }

        return Of(Array.ConvertAll([.. snapshots], snapshot => loss(snapshot)!.Value));
    }

    /// <summary>The loss of one snapshot, of the kind that <see cref="Of(IReadOnlyList{Snapshot})"/> goes by.</summary>
    internal static double? Loss(IReadOnlyList<Snapshot> snapshots, int index) =>
        Series(snapshots)?.Invoke(snapshots[index]);

    private static Func<Snapshot, double?>? Series(IReadOnlyList<Snapshot> snapshots) =>
        snapshots.All(snapshot => snapshot.ValidationLoss is not null) ? snapshot => snapshot.ValidationLoss
        : snapshots.All(snapshot => snapshot.Loss is not null) ? snapshot => snapshot.Loss
        : null;
}
