using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Pruning;

/// <summary>How much each parameter matters, the least are pruned first. Immutable; not to be written to.</summary>
/// <param name="Layout">What the parameters are.</param>
/// <param name="Alpha">Weight of the transient in the score; 0 for magnitudes.</param>
/// <param name="Scores">s_i = |w_inf,i| + alpha t_i ≥ 0, p long, in float32: half the space, and ties at 1e-7.</param>
/// <param name="Transients">t_i, p long; empty where the scores are magnitudes alone.</param>
public sealed record PruningScores(
    ParameterLayout Layout, double Alpha, ReadOnlyMemory<float> Scores, ReadOnlyMemory<float> Transients);
