namespace KoopmanMesh.Credit.Scoring;

/// <summary>The credits of all components of a chain and what they sum to.</summary>
/// <param name="Components">In chain order.</param>
/// <param name="Totals">Sums over the chain.</param>
internal sealed record ChainScore(IReadOnlyList<ComponentScore> Components, ChainTotals Totals);

/// <summary>Sums over a chain; null where a dead component leaves them undefined.</summary>
/// <param name="LogPdet">LogPdet(B_0), the sum of the telescoped credits.</param>
/// <param name="CanonicalLogPdet">LogPdet(B~_0), the sum of the canonical credits.</param>
/// <param name="InteractionGap">Sum of the local credits minus <paramref name="LogPdet"/>.</param>
/// <param name="Rank">Numerical rank of B_0; 0 when it vanishes.</param>
/// <param name="CanonicalRank">Numerical rank of B~_0; 0 when it vanishes.</param>
internal sealed record ChainTotals(
    double? LogPdet, double? CanonicalLogPdet, double? InteractionGap, int Rank, int CanonicalRank);
