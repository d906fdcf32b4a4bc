using System.Collections.Immutable;

namespace KoopmanMesh.Numerics.Training.Pruning;

/// <summary>Which parameters stay.</summary>
/// <param name="Keep">1 keep, 0 prune; p long. Parameters that may not be pruned are kept.</param>
/// <param name="Prunable">Parameters that may be pruned.</param>
/// <param name="Pruned">Zeros of the mask: floor(fraction · prunable), of all or of each tensor.</param>
/// <param name="Threshold">Largest score that was pruned; 0 where nothing was.</param>
/// <param name="TensorFractions">Fraction pruned of each tensor of the layout.</param>
public sealed record PruningMask(
    ReadOnlyMemory<byte> Keep, long Prunable, long Pruned, double Threshold, ImmutableArray<double> TensorFractions)
{
    /// <summary>Fraction of this mask's pruned parameters that another prunes too; 1 where nothing is pruned.</summary>
    public double OverlapWith(PruningMask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Fitting.Guard.Length(other.Keep.Length, Keep.Length, "the other mask");
        var both = 0L;
        var mine = Keep.Span;
        var theirs = other.Keep.Span;
        for (var i = 0; i < mine.Length; i++)
        {
            both += (mine[i] | theirs[i]) == 0 ? 1 : 0;
        }

        return Pruned == 0 ? 1 : (double)both / Pruned;
    }
}
