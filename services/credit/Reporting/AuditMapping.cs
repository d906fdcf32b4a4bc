using KoopmanMesh.Capture.V1;
using KoopmanMesh.Credit.Auditing;
using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Credit.Reporting;

/// <summary>Effects into the auditor, its judgement into the report.</summary>
internal static class AuditMapping
{
    public static Audit ToAudit(
        ChainScore score, IReadOnlyList<RunInterventionsResponse> interventions, AnalysisOptions options)
    {
        if (interventions.Count == 0)
        {
            return new Audit { ReasonAbsent = "the audit was switched off (auditRows)" };
        }

        var judgement = Auditor.Judge(
            ToEffects(interventions, score.Components.Count),
            ToMetrics(score),
            new AuditOptions { Permutations = options.Permutations, Seed = options.Seed });
        var audit = new Audit { Rows = interventions[0].Rows, Divergence = interventions[0].Divergence };
        audit.Interventions.Add(interventions.Select(i => i.Result));
        audit.Correlations.Add(judgement.Correlations.Select(ToCorrelation));
        audit.Verdicts.Add(judgement.Verdicts.Select(ToVerdict));
        return audit;
    }

    private static InterventionEffect[] ToEffects(
        IReadOnlyList<RunInterventionsResponse> interventions, int components) =>
    [
        .. interventions.Select(i => i.Result).GroupBy(r => r.Intervention).Select(group =>
        {
            var divergence = new double?[components];
            var drop = new double?[components];
            foreach (var result in group)
            {
                divergence[result.Component] = result.Divergence;
                drop[result.Component] = result.HasAccuracyDrop ? result.AccuracyDrop : null;
            }

            return new InterventionEffect(group.Key, divergence, group.Any(r => r.HasAccuracyDrop) ? drop : null);
        }),
    ];

    private static MetricCredits[] ToMetrics(ChainScore score)
    {
        return
        [
            Metric("canonical", c => c.Canonical.Value),
            Metric("telescoped", c => c.Telescoped.Value),
            Metric("local", c => c.Local),
            Metric("qr-chained", c => c.QrChained),
            Metric("backward-det", c => c.BackwardDet),
            Metric("operator-det", c => c.OperatorDet),
        ];

        MetricCredits Metric(string name, Func<ComponentScore, double?> credit) =>
            new(name, [.. score.Components.Select(credit)]);
    }

    private static Correlation ToCorrelation(RankCorrelation correlation) => new()
    {
        Metric = correlation.Metric,
        Intervention = correlation.Intervention,
        Claim = ToClaim(correlation.Claim),
        Effect = correlation.Effect == EffectKind.AccuracyDrop ? "accuracy-drop" : "divergence",
        Spearman = correlation.Spearman,
        Kendall = correlation.Kendall,
        PValue = correlation.PValue,
        Components = correlation.Components,
    };

    private static ClaimVerdict ToVerdict(ClaimJudgement judgement) => new()
    {
        Metric = judgement.Metric,
        Claim = ToClaim(judgement.Claim),
        Verdict = judgement.Verdict switch
        {
            AuditVerdict.Trusted => Verdict.Trusted,
            AuditVerdict.Weak => Verdict.Weak,
            AuditVerdict.Contradicted => Verdict.Contradicted,
            _ => Verdict.TooFewComponents,
        },
        Reason = judgement.Reason,
        Intervention = judgement.Intervention,
        Spearman = judgement.Spearman ?? 0,
        PValue = judgement.PValue ?? 1,
    };

    private static Claim ToClaim(CreditClaim claim) =>
        claim == CreditClaim.Irreplaceability ? Claim.Irreplaceability : Claim.Sensitivity;
}
