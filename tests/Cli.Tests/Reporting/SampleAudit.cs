using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>A fabricated audit in which canonical credit predicts one claim and not the other.</summary>
internal static class SampleAudit
{
    private static readonly string[] Interventions =
    [
        "affine-stand-in", "rank-1-stand-in", "rank-5-stand-in", "noise-0.5", "noise-1.0", "resample-mean",
        "resample-other",
    ];

    private static readonly string[] Metrics =
        ["canonical", "telescoped", "local", "qr-chained", "backward-det", "operator-det"];

    public static Audit Of(IReadOnlyCollection<ComponentReport> components)
    {
        var random = new Random(5);
        var audit = new Audit { Rows = 10_000, Divergence = "kl" };
        foreach (var intervention in Interventions)
        {
            audit.Interventions.AddRange(components.Select(component => Effect(intervention, component, random)));
            foreach (var metric in Metrics)
            {
                audit.Correlations.Add(Correlate(metric, intervention, "divergence", random));
                audit.Correlations.Add(Correlate(metric, intervention, "accuracy-drop", random));
            }
        }

        foreach (var metric in Metrics)
        {
            audit.Verdicts.Add(Judge(metric, Claim.Irreplaceability));
            audit.Verdicts.Add(Judge(metric, Claim.Sensitivity));
        }

        return audit;
    }

    private static InterventionResult Effect(string intervention, ComponentReport component, Random random)
    {
        var credit = component.Credit.HasCanonical ? Math.Abs(component.Credit.Canonical) : 0.01;
        var predicted = IsStandIn(intervention);
        var divergence = predicted ? 0.01 + (0.3 * credit * credit) : 0.05 + (0.4 * random.NextDouble());
        return new InterventionResult
        {
            Intervention = intervention,
            Component = component.Index,
            Divergence = divergence,
            AccuracyDrop = 0.08 * divergence,
            Draws = predicted ? 1 : 5,
            StandardError = 0.04 * divergence,
        };
    }

    private static Correlation Correlate(string metric, string intervention, string effect, Random random)
    {
        var claim = IsStandIn(intervention) ? Claim.Irreplaceability : Claim.Sensitivity;
        var deciding = intervention is "affine-stand-in" or "noise-0.5" && effect == "divergence";
        var judged = Judge(metric, claim);
        var drift = deciding ? 0 : (0.5 * random.NextDouble()) - 0.3;
        var spearman = Math.Clamp(judged.Spearman + drift, -1, 1);
        return new Correlation
        {
            Metric = metric,
            Intervention = intervention,
            Claim = claim,
            Effect = effect,
            Spearman = spearman,
            Kendall = 0.85 * spearman,
            PValue = deciding ? judged.PValue : Math.Clamp(0.5 - (0.52 * spearman), 0.001, 1),
            Components = 6,
        };
    }

    private static ClaimVerdict Judge(string metric, Claim claim)
    {
        var (verdict, spearman, p) = (metric, claim) switch
        {
            ("canonical", Claim.Irreplaceability) => (Verdict.Trusted, 0.943, 0.008),
            ("telescoped", Claim.Irreplaceability) => (Verdict.Weak, 0.43, 0.21),
            ("operator-det", _) => (Verdict.TooFewComponents, 0.2, 0.4),
            (_, Claim.Sensitivity) => (Verdict.Contradicted, -0.49, 0.86),
            _ => (Verdict.Weak, 0.31, 0.29),
        };
        var intervention = claim == Claim.Irreplaceability ? "affine-stand-in" : "noise-0.5";
        var numbers = FormattableString.Invariant($"Spearman {spearman:0.00} (p = {p:0.000})");
        return new ClaimVerdict
        {
            Metric = metric,
            Claim = claim,
            Verdict = verdict,
            Intervention = intervention,
            Spearman = spearman,
            PValue = p,
            Reason = $"{numbers} with the divergence under {intervention} over 6 components.",
        };
    }

    private static bool IsStandIn(string intervention) => intervention.EndsWith("stand-in", StringComparison.Ordinal);
}
