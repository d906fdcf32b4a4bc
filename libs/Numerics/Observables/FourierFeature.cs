using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// f(x) = sqrt(2 / D) cos(W'x + b): with w ~ N(0, 2 / s^2 I) and b ~ U[0, 2 pi), f(x)'f(y) approximates exp(-|x - y|^2
/// / s^2) to O(1 / sqrt(D)) (Rahimi and Recht 2007, NIPS 20, algorithm 1).
/// </summary>
/// <param name="directions">W, n × D.</param>
/// <param name="offsets">b, D long.</param>
public sealed class FourierFeature(Matrix directions, ReadOnlySpan<double> offsets)
    : ProjectedFeature(directions, offsets)
{
    /// <inheritdoc/>
    public override string Name => $"rff:{Count}";

    internal override string? StoredKind => StoredFeatures.Fourier;

    private protected override void Apply(ReadOnlySpan<double> arguments, Span<double> values)
    {
        // One by one: the vectorised cosine rounds otherwise once the JIT has optimised it, and the same states have to
        // give the same bits.
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Cos(arguments[i]);
        }

        TensorPrimitives.Multiply(values, Math.Sqrt(2.0 / Count), values);
    }
}
