using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Numerics.Statistics;
using Ranks = KoopmanMesh.Numerics.Statistics.RankCorrelation;

namespace KoopmanMesh.Credit.Auditing;

/// <summary>
/// Judges credits by interventions (methods P0.12): does |credit| rank the components as the effect of disturbing them
/// does?
/// </summary>
/// <remarks>
/// Components without a credit, or at which an intervention does not apply, are left out of that comparison and
/// counted. The verdict on a claim comes from the divergence under the one intervention
/// <see cref="Interventions.Deciding"/> names; all other correlations are reported beside it.
/// </remarks>
internal static class Auditor
{
    // Fewer points have no order worth a number.
    private const int FewestPoints = 3;

    // Spearman's rho is a sum over ranks; its rounding must not decide at a threshold it meets exactly.
    private const double Rounding = 1e-12;

    /// <summary>
    /// Every metric against every effect of every intervention, and a verdict for each metric and claim.
    /// </summary>
    /// <exception cref="ArgumentException">An intervention is unknown or lists another number of components than a
    /// metric.</exception>
    public static AuditJudgement Judge(
        IReadOnlyList<InterventionEffect> effects, IReadOnlyList<MetricCredits> metrics, AuditOptions options)
    {
        ArgumentNullException.ThrowIfNull(effects);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var effect in effects)
        {
            RequireLength(effect, metrics);
        }

        var correlations = new List<RankCorrelation>();
        var verdicts = new List<ClaimJudgement>();
        foreach (var metric in metrics)
        {
            correlations.AddRange(effects.SelectMany(effect => Correlations(metric, effect, options)));
            verdicts.AddRange(
                from claim in Enum.GetValues<CreditClaim>()
                let deciding = effects.FirstOrDefault(effect => effect.Intervention == Interventions.Deciding(claim))
                where deciding is not null
                select Verdict(metric, claim, deciding, options));
        }

        return new AuditJudgement(correlations, verdicts);
    }

    private static IEnumerable<RankCorrelation> Correlations(
        MetricCredits metric, InterventionEffect effect, AuditOptions options)
    {
        if (Compare(metric, effect, EffectKind.Divergence, options).Correlation is { } divergence)
        {
            yield return divergence;
        }

        if (effect.AccuracyDrop is not null
            && Compare(metric, effect, EffectKind.AccuracyDrop, options).Correlation is { } accuracy)
        {
            yield return accuracy;
        }
    }

    private static Comparison Compare(
        MetricCredits metric, InterventionEffect effect, EffectKind kind, AuditOptions options)
    {
        var values = kind == EffectKind.Divergence ? effect.Divergence : effect.AccuracyDrop!;
        var common = Enumerable.Range(0, values.Count)
            .Where(i => IsNumber(metric.Credits[i]) && IsNumber(values[i]))
            .ToArray();
        var credits = Ranking.Magnitudes(common.Select(i => metric.Credits[i]!.Value));
        var results = common.Select(i => values[i]!.Value).ToArray();
        var correlation = common.Length < FewestPoints ? null : Correlate(
            metric.Metric, effect.Intervention, kind, (credits, results), options);
        return new Comparison(
            metric.Metric, effect.Intervention, correlation, common.Length, values.Count - common.Length);
    }

    private static RankCorrelation? Correlate(
        string metric, string intervention, EffectKind kind, (double[] Credits, double[] Effects) ranked,
        AuditOptions options)
    {
        var (credits, effects) = ranked;
        return Ranks.Spearman(credits, effects) is not { } rho
            ? null
            : new RankCorrelation(
                metric,
                intervention,
                Interventions.ClaimOf(intervention),
                kind,
                rho,
                Ranks.Kendall(credits, effects)!.Value,
                PermutationTest.Spearman(credits, effects, options.Permutations, Seeds.Fold(options.Seed))!.Value,
                credits.Length);
    }

    private static ClaimJudgement Verdict(
        MetricCredits metric, CreditClaim claim, InterventionEffect deciding, AuditOptions options)
    {
        var comparison = Compare(metric, deciding, EffectKind.Divergence, options);
        var verdict = Decide(comparison, options);
        return new ClaimJudgement(
            metric.Metric,
            claim,
            verdict,
            VerdictReason.Of(verdict, comparison, options),
            deciding.Intervention,
            comparison.Correlation?.Spearman,
            comparison.Correlation?.PValue,
            comparison.Components,
            comparison.LeftOut);
    }

    private static AuditVerdict Decide(Comparison comparison, AuditOptions options) => comparison.Correlation switch
    {
        _ when comparison.Components < options.FewestComponents => AuditVerdict.TooFewComponents,
        null => AuditVerdict.Weak,
        { Spearman: var rho } when rho <= options.ContradictedCorrelation + Rounding => AuditVerdict.Contradicted,
        { Spearman: var rho, PValue: var p } when rho >= options.TrustedCorrelation - Rounding && p <= options.TrustedP
            => AuditVerdict.Trusted,
        _ => AuditVerdict.Weak,
    };

    private static bool IsNumber(double? value) => value is { } number && double.IsFinite(number);

    private static void RequireLength(InterventionEffect effect, IReadOnlyList<MetricCredits> metrics)
    {
        _ = Interventions.ClaimOf(effect.Intervention);
        foreach (var metric in metrics)
        {
            var drops = effect.AccuracyDrop?.Count ?? effect.Divergence.Count;
            if (effect.Divergence.Count != metric.Credits.Count || drops != metric.Credits.Count)
            {
                throw new ArgumentException(
                    $"intervention \"{effect.Intervention}\" lists {effect.Divergence.Count} divergences and {drops} "
                    + $"accuracy drops, expected one for each of the {metric.Credits.Count} components of "
                    + $"metric \"{metric.Metric}\"",
                    nameof(effect));
            }
        }
    }
}
