namespace KoopmanMesh.Experiments.Running;

/// <summary>How far a seed is.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Stage">What is being done.</param>
/// <param name="Fraction">Of the stage, from 0 to 1.</param>
public readonly record struct SeedProgress(int Seed, string Stage, double Fraction);
