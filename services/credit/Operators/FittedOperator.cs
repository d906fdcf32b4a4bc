using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Credit.Operators;

/// <summary>One component's operator as the koopman service streams it.</summary>
/// <param name="Summary">Quality and spectrum.</param>
/// <param name="Link">What scoring needs of it.</param>
internal sealed record FittedOperator(OperatorSummary Summary, ChainLink Link);
