using KoopmanMesh.Numerics.Catalogue;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>What an operator file holds.</summary>
/// <param name="Operator">The operator, to the bit as it was written.</param>
/// <param name="Request">The method and options it was fitted with; null when the file does not say.</param>
public sealed record StoredOperator(KoopmanOperator Operator, EstimatorRequest? Request);
