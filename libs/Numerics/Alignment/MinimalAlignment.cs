using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Alignment;

/// <summary>
/// The smallest lossless alignment of one dense layer f(x) = phi(W x + b): W = U S V_r', g(z) = f(V_r z), and
/// f(x) = g(V_r' x) exactly, because W V_r V_r' = W. Only rank(W) directions of the input matter.
/// </summary>
/// <param name="Layer">E = V_r: Restore takes x to z = V_r'x, Align takes z back to V_r z.</param>
/// <param name="Rank">How many directions W uses, and by what tolerance.</param>
/// <param name="SingularValues">Those of W, descending.</param>
public sealed record MinimalAlignment(
    OrthonormalLayer Layer, RankDecision Rank, ReadOnlyMemory<double> SingularValues)
{
    /// <summary>
    /// The default rule: float32 weights are exact to 6e-8, so what is below 1e-7 s_1 is their rounding.
    /// </summary>
    public static RankRule DefaultRule { get; } = new RankRule.RelTol(1e-7);

    /// <summary>V_r (n × r) of W (p × n). O(p n min(p, n)).</summary>
    /// <exception cref="NonFiniteDataException">W has a NaN or infinite element.</exception>
    public static MinimalAlignment Of(Matrix w, RankRule rule, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(w);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Finite(w, "the weight to align");
        if (w.Rows == 0 || w.Columns == 0)
        {
            throw new ShapeMismatchException("the weight to align", "at least 1 x 1", $"{w.Rows} x {w.Columns}");
        }

        // A tall weight has the singular values and right vectors of its small triangular factor.
        var (_, s, vt) = la.ThinSvd(w.Rows > w.Columns ? la.TriangularFactor(w) : w);
        var decision = rule.Decide(s, w.Rows, w.Columns);
        var v = vt.SelectRows(0, decision.Rank).Transpose();
        return new MinimalAlignment(OrthonormalLayer.FromOrthonormal(v), decision, s);
    }
}
