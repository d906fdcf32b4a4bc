namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>How unusual the beginning of a run is among runs known to be good.</summary>
/// <param name="Score">Squared Mahalanobis distance from all of them, itself among them; larger is worse.</param>
/// <param name="Threshold">The null runs' own distances at the rate asked for.</param>
/// <param name="PValue">(1 + null runs at least as far out) / (1 + null runs).</param>
/// <param name="Raised">Score > Threshold, which is PValue ≤ rate.</param>
public sealed record AlarmJudgement(double Score, double Threshold, double PValue, bool Raised);
