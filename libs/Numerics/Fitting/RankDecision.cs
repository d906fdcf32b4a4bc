namespace KoopmanMesh.Numerics.Fitting;

/// <summary>How many directions a <see cref="RankRule"/> kept, and why.</summary>
/// <param name="Rank">Directions kept; 0 for a zero matrix.</param>
/// <param name="Possible">Directions above round-off: the most that could have been kept.</param>
/// <param name="Threshold">
/// Singular values above this were kept (the smallest kept one when the rule has no threshold).
/// </param>
/// <param name="DiscardedEnergy">Sum of the discarded s_i^2 over the sum of all, in [0, 1].</param>
/// <param name="Reason">One clause for a person, e.g. "s > 1E-08 s1".</param>
public sealed record RankDecision(int Rank, int Possible, double Threshold, double DiscardedEnergy, string Reason);
