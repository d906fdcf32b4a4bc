namespace KoopmanMesh.Credit.Scoring;

/// <summary>When a component is flagged (methods P0.4, P0.7, P0.8).</summary>
internal static class FlagRules
{
    /// <summary>Largest relative hold-out error of a slope worth believing.</summary>
    public const double FidelityLimit = 0.1;

    /// <summary>Rows wanted for each input dimension.</summary>
    public const int RowsPerDimension = 5;

    /// <summary>The flags of one component.</summary>
    /// <param name="score">Its credits.</param>
    /// <param name="holdOutError">
    /// Relative one-step error on the held-out rows; null when nothing was held out, NaN is flagged.
    /// </param>
    /// <param name="rows">Rows the fit used.</param>
    /// <param name="dimension">d, the aligned dimension of the component.</param>
    public static ComponentFlags Judge(ComponentScore score, double? holdOutError, long rows, int dimension)
    {
        var flags = ComponentFlags.None;
        if (holdOutError is { } error && !(error <= FidelityLimit))
        {
            flags |= ComponentFlags.LowFidelity;
        }

        if (score.Standing == CreditStanding.Dead)
        {
            flags |= ComponentFlags.Dead;
        }

        if (score.HasRankDrop)
        {
            flags |= ComponentFlags.RankDrop;
        }

        if (rows < (long)RowsPerDimension * dimension)
        {
            flags |= ComponentFlags.UnderDetermined;
        }

        return score.HasConstantOutput ? flags | ComponentFlags.ConstantOutput : flags;
    }
}
