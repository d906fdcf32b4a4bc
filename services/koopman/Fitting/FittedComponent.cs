using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Koopman.Fitting;

/// <summary>
/// One component's operator: what the summary says of it, and its tensors as docs/operators.md names them.
/// </summary>
internal sealed record FittedComponent(OperatorSummary Summary, TensorArchive Tensors);
