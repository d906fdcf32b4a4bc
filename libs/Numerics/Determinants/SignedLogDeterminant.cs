namespace KoopmanMesh.Numerics.Determinants;

/// <summary>det A = sign · exp(log|det A|).</summary>
/// <param name="LogAbs">log|det A|; negative infinity when A is singular.</param>
/// <param name="Sign">-1, 0 (singular) or 1.</param>
public sealed record SignedLogDeterminant(double LogAbs, int Sign);
