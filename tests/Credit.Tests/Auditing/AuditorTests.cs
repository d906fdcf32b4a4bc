using KoopmanMesh.Credit.Auditing;

namespace KoopmanMesh.Credit.Tests.Auditing;

public sealed class AuditorTests
{
    private static readonly double?[] Ascending = [1, -2, 3, -4, 5, -6, 7, -8];

    [Fact]
    public void Judge_SameOrder_IsTrusted()
    {
        var verdict = Verdict(Ascending, [1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.Equal(AuditVerdict.Trusted, verdict.Verdict);
        Assert.Equal(1, verdict.Spearman!.Value, 1e-12);
        Assert.Equal(
            "|canonical| against the output divergence under affine-stand-in over 8 components: "
            + "Spearman 1.00, p = 0.001; at least 0.6, with p at most 0.05.",
            verdict.Reason);
    }

    [Fact]
    public void Judge_OppositeOrder_IsContradicted()
    {
        var verdict = Verdict(Ascending, [8, 7, 6, 5, 4, 3, 2, 1]);

        Assert.Equal(AuditVerdict.Contradicted, verdict.Verdict);
        Assert.Contains("Spearman -1.00", verdict.Reason, StringComparison.Ordinal);
        Assert.EndsWith("at most -0.3, the opposite order.", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_UnrelatedOrder_IsWeak()
    {
        // Sum of squared rank differences 86 over 8 components: rho = 1 - 6 * 86 / 504 = -1 / 42.
        var verdict = Verdict(Ascending, [4, 5, 8, 1, 2, 6, 7, 3]);

        Assert.Equal(AuditVerdict.Weak, verdict.Verdict);
        Assert.Equal(-1.0 / 42, verdict.Spearman!.Value, 1e-12);
        Assert.EndsWith("between -0.3 and 0.6, neither shown nor refuted.", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_HighCorrelationOfSixByChance_IsWeak()
    {
        // Sum of squared rank differences 14 over 6 components: rho = 0.6 exactly, which 12 % of all orders reach.
        var verdict = Verdict(Ascending[..6], [2, 1, 4, 5, 6, 3]);

        Assert.Equal(AuditVerdict.Weak, verdict.Verdict);
        Assert.Equal(0.6, verdict.Spearman!.Value, 1e-12);
        Assert.InRange(verdict.PValue!.Value, 0.05, 0.2);
        Assert.EndsWith(
            "high enough, but chance gives as much more often than 0.05.", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_FiveComponents_AreTooFew()
    {
        var verdict = Verdict(Ascending[..5], [1, 2, 3, 4, 5]);

        Assert.Equal(AuditVerdict.TooFewComponents, verdict.Verdict);
        Assert.Equal(
            "5 components have both a canonical credit and an effect of affine-stand-in, a verdict takes 6.",
            verdict.Reason);
    }

    [Fact]
    public void Judge_ComponentWithoutCredit_IsLeftOutAndCounted()
    {
        var verdict = Verdict([null, .. Ascending], [100, 1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.Equal((AuditVerdict.Trusted, 8, 1), (verdict.Verdict, verdict.Components, verdict.LeftOut));
        Assert.EndsWith("; 1 component without one of the two is left out.", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_CreditsOfNothingButRounding_HaveNoOrder()
    {
        var verdict = Verdict([1e-16, 3e-16, -2e-16, 5e-16, 4e-16, 6e-16], [1, 3, 2, 5, 4, 6]);

        Assert.Equal((AuditVerdict.Weak, null), (verdict.Verdict, verdict.Spearman));
        Assert.Equal(
            "The canonical credits or the effects of affine-stand-in are equal at all 6 components, "
            + "so there is no order to compare.",
            verdict.Reason);
    }

    [Fact]
    public void Judge_TwoClaims_AreDecidedApart()
    {
        var judgement = Auditor.Judge(
            [
                new(Interventions.AffineStandIn, [1, 2, 3, 4, 5, 6, 7, 8], null),
                new(Interventions.RankOneStandIn, [8, 7, 6, 5, 4, 3, 2, 1], null),
                new(Interventions.FullNoise, [8, 7, 6, 5, 4, 3, 2, 1], null),
                new(Interventions.HalfNoise, [1, 2, 3, 4, 5, 6, 7, 8], null),
            ],
            [new("canonical", Ascending)],
            new AuditOptions());

        Assert.Equal(
            [(CreditClaim.Irreplaceability, AuditVerdict.Trusted),
                (CreditClaim.Sensitivity, AuditVerdict.Contradicted)],
            judgement.Verdicts.Select(verdict => (verdict.Claim, verdict.Verdict)));
        Assert.Equal([1, -1, -1, 1], judgement.Correlations.Select(one => Math.Round(one.Spearman, 12)));
    }

    [Fact]
    public void Judge_EveryMetricInterventionAndEffect_IsCorrelated()
    {
        double?[] drops = [0, 0, 0.1, 0, 0.2, 0, 0, 0.3];
        var judgement = Auditor.Judge(
            [
                new(Interventions.AffineStandIn, [1, 2, 3, 4, 5, 6, 7, 8], drops),
                new(Interventions.Skip, [null, null, 1, null, null, 2, null, null], null),
            ],
            [new("canonical", Ascending), new("local", [.. Ascending.Reverse()])],
            new AuditOptions());

        // Skipping applies to two components only: nothing to correlate.
        Assert.Equal(
            [("canonical", EffectKind.Divergence), ("canonical", EffectKind.AccuracyDrop),
                ("local", EffectKind.Divergence), ("local", EffectKind.AccuracyDrop)],
            judgement.Correlations.Select(correlation => (correlation.Metric, correlation.Effect)));
        Assert.All(judgement.Verdicts, verdict => Assert.Equal(CreditClaim.Irreplaceability, verdict.Claim));
    }

    [Fact]
    public void Judge_UnknownIntervention_IsNamed()
    {
        var error = Assert.Throws<ArgumentException>(() => Auditor.Judge(
            [new("lobotomy", [1], null)], [new("canonical", [1])], new AuditOptions()));

        Assert.StartsWith(
            "intervention \"lobotomy\" is unknown, expected one such as \"affine-stand-in\" or \"noise-1.0\"",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OtherNumberOfComponents_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => Auditor.Judge(
            [new(Interventions.Zero, [1, 2], null)], [new("canonical", [1, 2, 3])], new AuditOptions()));

        Assert.StartsWith(
            "intervention \"zero\" lists 2 divergences and 2 accuracy drops, expected one for each of the 3 "
            + "components of metric \"canonical\"",
            error.Message,
            StringComparison.Ordinal);
    }

    private static ClaimJudgement Verdict(double?[] credits, double?[] divergence) => Assert.Single(
        Auditor.Judge(
            [new(Interventions.AffineStandIn, divergence, null)], [new("canonical", credits)],
            new AuditOptions()).Verdicts);
}
