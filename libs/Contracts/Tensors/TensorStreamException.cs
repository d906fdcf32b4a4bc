namespace KoopmanMesh.Contracts.Tensors;

/// <summary>A stream of tensor frames, or raw tensor bytes, say something that cannot be so.</summary>
public sealed class TensorStreamException(string message) : Exception(message);
