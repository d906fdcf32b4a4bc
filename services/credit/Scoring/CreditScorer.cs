using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// Scores the components of a chain J_1, …, J_L (methods P0.5, P0.6, P0.11): B_L = I, B_{i-1} = B_i J_i, and a
/// component's credit is how much log-volume of the network's output its step of the backward product adds.
/// </summary>
/// <remarks>
/// <para>
/// A dead component (J_k = 0, or an output that never changes, or one whose input never reaches the output because
/// B_{k-1} vanishes although B_k does not) has credit minus infinity, published as undefined. Every component
/// downstream of it keeps its credit: B_i for i ≥ k looks only towards the output. Every component upstream of it is
/// undefined too, and not zero: let J_k = eps M; the credits upstream are then the same for every eps &gt; 0 but depend
/// on M, so they have no limit that J_k = 0 could stand for. They stand as <see cref="CreditStanding.BehindDead"/>, and
/// the totals are undefined. Undefined components take no share and no place. A local credit needs no product, so it
/// stays defined for all but J_i = 0. A component whose output never changes stills the data of all that follow it, so
/// those read as dead with it: on such data the whole output is constant.
/// </para>
/// <para>
/// Cost: singular values of the n_L × r_i factors and of each G_i; no n_i × n_i matrix is formed but for a square J_i's
/// sign.
/// </para>
/// </remarks>
internal static class CreditScorer
{
    /// <summary>The credits of all components.</summary>
    /// <param name="chain">Components from input to output, at least one.</param>
    /// <param name="options">Tolerances.</param>
    /// <param name="la">Linear algebra.</param>
    /// <exception cref="ChainShapeException">The parts of the chain don't fit together.</exception>
    public static ChainScore Score(IReadOnlyList<ChainLink> chain, ScoringOptions options, ILinearAlgebra la)
    {
        ChainShape.Require(chain);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        options.Require();

        var factors = BackwardProduct.Factors(chain, la);
        var metric = CanonicalMetric.Of(chain, options.CovarianceTolerance, la);
        var volumes = Volumes.Of(chain, factors, metric, options, la);
        var locals = chain.Select(link => Volumes.Of(link.ReducedSlope, options.PdetTolerance, la)).ToArray();
        var components = Components(chain, factors, volumes, locals, la);
        return new ChainScore(components, Totals(volumes, locals));
    }

    private static ComponentScore[] Components(
        IReadOnlyList<ChainLink> chain, Matrix?[] factors, Volumes volumes, Volume?[] locals, ILinearAlgebra la)
    {
        var (raw, canonical) = (Ranking.Of(volumes.Raw), Ranking.Of(volumes.Canonical));
        var forward = volumes.Raw[0] is { } total ? ForwardChain.Credits(chain, factors[0]!, total.Rank, la) : null;
        var components = new ComponentScore[chain.Count];
        for (var i = 0; i < components.Length; i++)
        {
            var constant = ConstantOutput.Of(chain[i]);
            components[i] = new ComponentScore
            {
                Canonical = canonical[i],
                Telescoped = raw[i],
                Local = constant ? null : locals[i]?.Log,
                QrChained = forward?[i],
                BackwardDet = volumes.Raw[i + 1]?.Log,
                OperatorDet = chain[i].OperatorDet,
                DeterminantSign = DeterminantSign(chain[i], locals[i], la),
                Standing = Standing(volumes.Raw, i, dead: constant || locals[i] is null),
                HasConstantOutput = constant,
            };
        }

        return components;
    }

    private static CreditStanding Standing(Volume?[] raw, int i, bool dead) => (raw[i], raw[i + 1]) switch
    {
        (not null, not null) => CreditStanding.Defined,
        (null, not null) => CreditStanding.Dead,
        _ => dead ? CreditStanding.Dead : CreditStanding.BehindDead,
    };

    private static int DeterminantSign(ChainLink link, Volume? local, ILinearAlgebra la)
    {
        if (!link.IsSquare || local is null || local.Value.Rank < link.BeforeWidth)
        {
            return 0;
        }

        var jacobian = la.Multiply(link.ReducedSlope, link.Basis, transposeB: true);
        return LogDeterminants.LogAbsDet(jacobian, la).Sign;
    }

    private static ChainTotals Totals(Volumes volumes, Volume?[] locals)
    {
        var (raw, canonical) = (volumes.Raw[0], volumes.Canonical[0]);
        double? gap = raw is null ? null : locals.Sum(local => local?.Log ?? 0) - raw.Value.Log;
        return new ChainTotals(raw?.Log, canonical?.Log, gap, raw?.Rank ?? 0, canonical?.Rank ?? 0);
    }
}
