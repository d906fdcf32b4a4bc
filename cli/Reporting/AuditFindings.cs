using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>What the audit allows the canonical credit to be read as.</summary>
internal static class AuditFindings
{
    private const string Leading = "canonical";

    public static IEnumerable<Finding> Of(Audit? audit)
    {
        if (audit is null || audit.ReasonAbsent.Length > 0 || audit.Verdicts.Count == 0)
        {
            var reason = audit is { ReasonAbsent.Length: > 0 } ? $" ({audit.ReasonAbsent.TrimEnd('.')})" : "";
            return
            [
                new Finding(
                    FindingKind.Caution,
                    $"There is no audit{reason}: nothing here checks whether the credits predict what happens when a "
                    + "component is replaced or perturbed."),
            ];
        }

        return audit.Verdicts.Where(verdict => verdict.Metric == Leading).Select(Of);
    }

    /// <summary>What a claim says, to stand after "ranks components by".</summary>
    public static string Says(Claim claim) => claim switch
    {
        Claim.Irreplaceability => "what is lost when a linear stand-in replaces them",
        Claim.Sensitivity => "how much the output suffers when theirs is perturbed",
        _ => "a claim this version does not know",
    };

    /// <summary>The name of a claim.</summary>
    public static string Name(Claim claim) => claim switch
    {
        Claim.Irreplaceability => "irreplaceability",
        Claim.Sensitivity => "sensitivity",
        _ => "unknown claim",
    };

    /// <summary>The verdict as the reports print it.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Trusted => "TRUSTED",
        Verdict.Weak => "WEAK",
        Verdict.Contradicted => "CONTRADICTED",
        Verdict.TooFewComponents => "TOO FEW TO TELL",
        _ => "NO VERDICT",
    };

    private static Finding Of(ClaimVerdict verdict)
    {
        var says = Says(verdict.Claim);
        var text = verdict.Verdict switch
        {
            Verdict.Trusted => $"Canonical credit may be read as ranking components by {says}.",
            Verdict.Weak => $"Do not rely on canonical credit to rank components by {says}: the evidence is weak.",
            Verdict.Contradicted =>
                $"Do not read canonical credit as ranking components by {says}: the audit contradicts it.",
            Verdict.TooFewComponents =>
                $"Whether canonical credit ranks components by {says} cannot be told from so few components.",
            _ => $"The audit reached no verdict on whether canonical credit ranks components by {says}.",
        };
        var reason = verdict.Reason.Length > 0 ? $" {verdict.Reason}" : "";
        return new Finding(
            verdict.Verdict == Verdict.Trusted ? FindingKind.Trust : FindingKind.Caution, text + reason);
    }
}
