namespace KoopmanMesh.Credit.Auditing;

/// <summary>The audit of a run's credits.</summary>
/// <param name="Correlations">
/// Every metric with every effect that could be correlated: at least 3 components with both, neither of them constant.
/// </param>
/// <param name="Verdicts">One for each metric and claim whose deciding intervention was run.</param>
internal sealed record AuditJudgement(
    IReadOnlyList<RankCorrelation> Correlations, IReadOnlyList<ClaimJudgement> Verdicts);

/// <summary>How |credit| ranks the components compared with one effect of one intervention.</summary>
/// <param name="Metric">Name of the credit metric.</param>
/// <param name="Intervention">Name of the intervention.</param>
/// <param name="Claim">The claim it tests.</param>
/// <param name="Effect">Which effect.</param>
/// <param name="Spearman">Of |credit| and effect, in [-1, 1].</param>
/// <param name="Kendall">Kendall's tau-b of the same.</param>
/// <param name="PValue">One-sided permutation p of the Spearman correlation.</param>
/// <param name="Components">Components with both a credit and an effect.</param>
internal sealed record RankCorrelation(
    string Metric,
    string Intervention,
    CreditClaim Claim,
    EffectKind Effect,
    double Spearman,
    double Kendall,
    double PValue,
    int Components);

/// <summary>The verdict on one claim about one metric.</summary>
/// <param name="Metric">Name of the credit metric.</param>
/// <param name="Claim">The claim.</param>
/// <param name="Verdict">What the numbers say.</param>
/// <param name="Reason">One sentence with the numbers that decided.</param>
/// <param name="Intervention">The intervention that decided, by its divergence.</param>
/// <param name="Spearman">Null when there was nothing to correlate.</param>
/// <param name="PValue">Null when there was nothing to correlate.</param>
/// <param name="Components">Components with both a credit and an effect.</param>
/// <param name="LeftOut">Components without one of the two.</param>
internal sealed record ClaimJudgement(
    string Metric,
    CreditClaim Claim,
    AuditVerdict Verdict,
    string Reason,
    string Intervention,
    double? Spearman,
    double? PValue,
    int Components,
    int LeftOut);

/// <summary>How an intervention's effect was measured.</summary>
internal enum EffectKind
{
    /// <summary>Divergence of the outputs; decides, because it is the less noisy.</summary>
    Divergence,

    /// <summary>Drop of the accuracy; needs labels, and is often within sampling error.</summary>
    AccuracyDrop,
}
