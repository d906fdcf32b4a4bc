using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The rank that predicts best what was not fitted: whole blocks of pairs are left out in turn, every rank 1, 2, … of
/// Y ≈ B_r U_r' X is tried on them from one decomposition a fold, and the smallest rank wins whose one-step error of
/// the state is within one standard error of the least (Hastie, Tibshirani and Friedman 2009, section 7.10; the
/// standard error here is that of the difference between the two ranks, fold by fold, as the folds share what makes
/// them hard).
/// </summary>
/// <remarks>
/// <see cref="PairEstimator"/> resolves the rule, with ordinary least squares whatever its own regression is: F times
/// O(N m min(N, m)), and O(n m) for each rank tried. With inputs the rank is that of [X; U]. The held-out error that a
/// fit reports beside it has taken part in the choice and flatters it a little. A method without pairs to leave out
/// uses the optimal threshold instead, and says so.
/// </remarks>
/// <param name="Folds">F ≥ 2; fewer when there are fewer blocks.</param>
/// <param name="MaxRank">The largest rank tried, ≥ 1; null for all that are above round-off.</param>
/// <param name="OneStandardError">False takes the rank with the least error.</param>
public sealed record CrossValidatedRank(int Folds = 5, int? MaxRank = null, bool OneStandardError = true) : RankRule
{
    /// <inheritdoc/>
    public override bool NeedsWholeSpectrum => true;

    /// <summary>A fixed rank that tells why.</summary>
    internal RankRule Resolve(IPairSource source, PairFrame frame, ILinearAlgebra la)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Folds, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRank ?? 1, 1, nameof(MaxRank));
        var errors = CrossValidatedErrors.Of(source, frame, Folds, MaxRank ?? int.MaxValue, la);
        if (errors.Folds < 2 || errors.MostRank == 0)
        {
            // No two folds with anything in them: nothing can be told apart.
            return new Fixed(MaxRank ?? int.MaxValue)
            {
                Why = "too little data to cross-validate, everything kept",
            };
        }

        var least = errors.Least();
        var rank = OneStandardError ? errors.SmallestWithinOneStandardError(least) : least;
        var why = Text(
            $"cross-validated over {errors.Folds} folds: ")
            + Text($"error {errors.At(rank):0.0E0} at {rank} of 1..{errors.MostRank}");
        return new Fixed(rank)
        {
            Why = rank == least ? why : Text($"{why}, not told from the least, {errors.At(least):0.0E0} at {least}"),
        };
    }

    private protected override (int Rank, double Threshold, string Reason) Choose(
        ReadOnlySpan<double> s, SpectrumShape shape)
    {
        var decision = new OptimalThreshold().Decide(s, shape);
        var rank = Math.Min(decision.Rank, MaxRank ?? int.MaxValue);
        return (rank, decision.Threshold, $"no pairs to cross-validate here; {decision.Reason}");
    }
}
