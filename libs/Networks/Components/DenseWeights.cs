using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Components;

/// <summary>
/// The affine part of a component that is one dense layer: on a row x of the component's input the output is
/// <c>phi(W x + b)</c>, where phi are the operators of <see cref="After"/>. Reshapes in front, scalings, biases and
/// normalisations around the product are folded in.
/// </summary>
/// <param name="Weights">W, out × in.</param>
/// <param name="Bias">b, out long.</param>
/// <param name="After">The operators of phi, in order; empty when the component is affine.</param>
public sealed record DenseWeights(Matrix Weights, ReadOnlyMemory<double> Bias, IReadOnlyList<string> After);
