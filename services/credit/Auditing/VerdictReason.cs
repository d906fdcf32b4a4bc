using System.Globalization;

namespace KoopmanMesh.Credit.Auditing;

/// <summary>The sentence that goes with a verdict.</summary>
internal static class VerdictReason
{
    /// <summary>One sentence with the numbers that decided.</summary>
    public static string Of(AuditVerdict verdict, Comparison comparison, AuditOptions options)
    {
        var decided = (verdict, comparison.Correlation) switch
        {
            (AuditVerdict.TooFewComponents, _) => TooFew(comparison, options),
            (_, null) => NoOrder(comparison),
            (_, { } correlation) => Numbers(correlation) + "; " + Judgement(verdict, correlation, options),
        };
        return decided + LeftOut(comparison.LeftOut) + ".";
    }

    private static string TooFew(Comparison comparison, AuditOptions options) =>
        Text($"{comparison.Components} components have both a {comparison.Metric} credit and an effect of ")
        + Text($"{comparison.Intervention}, a verdict takes {options.FewestComponents}");

    private static string NoOrder(Comparison comparison) =>
        Text($"The {comparison.Metric} credits or the effects of {comparison.Intervention} are equal at all ")
        + Text($"{comparison.Components} components, so there is no order to compare");

    private static string Numbers(RankCorrelation correlation) =>
        Text($"|{correlation.Metric}| against the output divergence under {correlation.Intervention} over ")
        + Text($"{correlation.Components} components: Spearman {correlation.Spearman:0.00}, ")
        + Text($"p = {correlation.PValue:0.000}");

    private static string Judgement(AuditVerdict verdict, RankCorrelation correlation, AuditOptions options)
        => verdict switch
        {
            AuditVerdict.Trusted =>
                Text($"at least {options.TrustedCorrelation:0.0#}, with p at most {options.TrustedP:0.0##}"),
            AuditVerdict.Contradicted => Text($"at most {options.ContradictedCorrelation:0.0#}, the opposite order"),
            _ when correlation.PValue > options.TrustedP && correlation.Spearman >= options.TrustedCorrelation =>
                Text($"high enough, but chance gives as much more often than {options.TrustedP:0.0##}"),
            _ => Text($"between {options.ContradictedCorrelation:0.0#} and {options.TrustedCorrelation:0.0#}, ")
                + "neither shown nor refuted",
        };

    private static string LeftOut(int count) => count switch
    {
        0 => string.Empty,
        1 => "; 1 component without one of the two is left out",
        _ => Text($"; {count} components without one of the two are left out"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
