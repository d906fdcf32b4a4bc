using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>f(x) = max(W'x + b, 0): a hidden layer of fixed weights.</summary>
/// <param name="directions">W, n × D.</param>
/// <param name="offsets">b, D long.</param>
public sealed class ReluFeature(Matrix directions, ReadOnlySpan<double> offsets) : ProjectedFeature(directions, offsets)
{
    /// <inheritdoc/>
    public override string Name => $"relu:{Count}";

    internal override string? StoredKind => StoredFeatures.Relu;

    private protected override void Apply(ReadOnlySpan<double> arguments, Span<double> values) =>
        TensorPrimitives.Max(arguments, 0.0, values);
}
