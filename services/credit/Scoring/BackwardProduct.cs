using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The backward product of a chain (methods P0.5): B_L = I, B_{i-1} = B_i J_i. Only its factors are kept: with J_i =
/// G_i U_i', B_{i-1} = W_{i-1} U_i' for W_{i-1} = B_i G_i, and U_i has orthonormal columns, so W_{i-1} has all of
/// B_{i-1}'s singular values in n_L × r_i numbers instead of n_L × n_{i-1}.
/// </summary>
/// <remarks>
/// A product that vanishes stays so for every component upstream: the factors there are null. Downstream of that
/// component nothing changes, because B_i looks only towards the output.
/// </remarks>
internal static class BackwardProduct
{
    /// <summary>
    /// A product this much smaller than its factors is rounding, not volume: sums of a few thousand terms err by about
    /// 1e-14.
    /// </summary>
    public const double VanishTolerance = 1e-13;

    /// <summary>
    /// W_0' … W_{L-1}' (each r_i × n_L); null from the component where the product vanishes on towards the input.
    /// </summary>
    public static Matrix?[] Factors(IReadOnlyList<ChainLink> chain, ILinearAlgebra la)
    {
        var factors = new Matrix?[chain.Count];
        var last = chain[^1];
        var product = Matrix.Identity(last.AfterWidth);
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var link = chain[i];
            if (ConstantOutput.Of(link) || link.ReducedWidth == 0)
            {
                break;
            }

            var factor = la.Multiply(link.ReducedSlope, product, transposeA: true);
            if (Vanishes(factor, link.ReducedSlope, product))
            {
                break;
            }

            factors[i] = factor;
            product = la.Multiply(link.Basis, factor);
        }

        return factors;
    }

    /// <summary>Whether a product is zero but for the rounding of its two factors.</summary>
    public static bool Vanishes(Matrix product, Matrix left, Matrix right) =>
        !(Norm(product) > VanishTolerance * Norm(left) * Norm(right));

    // TensorPrimitives.Norm squares first; slopes stay far from where that overflows.
    private static double Norm(Matrix a) => a.AsSpan().IsEmpty ? 0 : TensorPrimitives.Norm<double>(a.AsSpan());
}
