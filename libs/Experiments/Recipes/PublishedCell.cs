namespace KoopmanMesh.Experiments.Recipes;

/// <summary>A published accuracy.</summary>
/// <param name="Start">Position of the ReLU before the replaced layer.</param>
/// <param name="Trajectories">R.</param>
/// <param name="Delays">d.</param>
/// <param name="Accuracy">From 0 to 1.</param>
public sealed record PublishedCell(int Start, int Trajectories, int Delays, double Accuracy);
