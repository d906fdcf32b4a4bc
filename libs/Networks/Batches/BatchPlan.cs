using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Batches;

/// <summary>
/// How a model is run: the graph, the place of its rows, and what the check against the original found.
/// </summary>
internal sealed record BatchPlan(
    ModelProto Model, Batching Mode, TensorLayout Input, TensorLayout Output, IReadOnlyList<TensorLayout> Cuts,
        double Difference);
