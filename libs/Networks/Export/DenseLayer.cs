using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Export;

/// <summary>A dense layer to be written: <c>phi(W x + b)</c>.</summary>
/// <param name="Weights">W, out × in.</param>
/// <param name="Bias">b, out long.</param>
/// <param name="Activation">phi.</param>
public sealed record DenseLayer(Matrix Weights, ReadOnlyMemory<double> Bias, DenseActivation Activation);
