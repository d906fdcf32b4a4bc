using KoopmanMesh.Credit.V1;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>Says in words what the numbers of a replacement say, and what they do not.</summary>
internal static class ReplacementFindings
{
    // Beyond this a sound bound says more of the box than of the data.
    private const double FarAbove = 10;

    // Of a coverage that is as it should be, one in a thousand lies further below.
    private const double Deviations = 3;

    /// <summary>The verdict, and then what is to be said of the hybrid it is about.</summary>
    public static IReadOnlyList<Finding> Of(ReplacementReport report)
    {
        var verdict = new Finding(FindingKind.Result, Verdict(report));
        return ReplacementWords.Subject(report) is { Performance: not null } hybrid
            ?
            [
                verdict, .. AgainstBaselines(report, hybrid), .. Time(report, hybrid), .. Bounds(report, hybrid),
                .. File(hybrid),
            ]
            : [verdict];
    }

    // The services write what can stand inside a sentence.
    private static string Verdict(ReplacementReport report) => report.Verdict.Length == 0
        ? "There is no verdict."
        : ReportFindings.Sentence(report.Verdict.TrimEnd('.') + ".");

    /// <summary>What a reader can do when nothing was replaced.</summary>
    public static IEnumerable<string> Next(ReplacementReport report)
    {
        // What saves nothing is not chosen at any loss, so its loss is no advice.
        var worth = report.Front.FirstOrDefault(hybrid => ReplacementWords.Saves(report, hybrid.Costs));
        if ((worth ?? ReplacementWords.Subject(report)) is not { Performance: { } performance } best)
        {
            yield return "more rows fit better: raise --limit, or name a component with --component to see its loss";
            yield break;
        }

        var loss = (report.Original?.Score ?? 1) - performance.Score;
        if (loss > 0 && worth is not null)
        {
            yield return $"--budget accuracy={Numbers.Percent(loss, 1).Replace(" ", "", StringComparison.Ordinal)} "
                + $"would be about what {ReplacementWords.Name(best.Regions)} needs";
        }

        var regions = string.Join(' ', best.Regions.Select(region => region.Region));
        yield return $"--component {regions} exports it whatever it costs";
    }

    private static IEnumerable<Finding> AgainstBaselines(ReplacementReport report, Hybrid hybrid)
    {
        var score = hybrid.Performance;
        var measure = report.Measure.Length == 0 ? "score" : report.Measure;
        if (!ReplacementWords.IsAffine(hybrid) && ReplacementWords.Baseline(hybrid, "affine") is { } affine)
        {
            yield return Against(
                score, affine.Performance, measure, "plain affine least squares at the same place",
                "its lift buys nothing");
        }

        if (ReplacementWords.Baseline(hybrid, "skip") is { } skip)
        {
            yield return Against(
                score, skip.Performance, measure, "leaving the component out", "nothing needs to stand in for it");
        }
    }

    private static Finding Against(Performance own, Performance other, string measure, string name, string otherwise)
    {
        var (a, b) = (Numbers.Percent(own.Score, 2), Numbers.Percent(other.Score, 2));
        if (own.Score <= other.Score)
        {
            return new Finding(
                FindingKind.Caution,
                ReportFindings.Sentence($"{name} does as well ({measure} {b} against {a}): {otherwise}."));
        }

        return own.ScoreHigh > 0 && own.ScoreLow <= other.ScoreHigh
            ? new Finding(
                FindingKind.Caution,
                $"Its lead on {name} ({measure} {a} against {b}) is within the intervals of both.")
            : new Finding(FindingKind.Trust, $"It beats {name}: {measure} {a} against {b}.");
    }

    private static IEnumerable<Finding> Time(ReplacementReport report, Hybrid hybrid)
    {
        foreach (var latency in hybrid.Latencies)
        {
            var rows = latency.Batch == 1 ? "Row by row" : $"In batches of {Numbers.Count(latency.Batch)}";
            var range = $"{ReplacementWords.Ratio(latency.Ratio)} of the time (5–95 %: "
                + $"{ReplacementWords.Ratio(latency.RatioLow)} to {ReplacementWords.Ratio(latency.RatioHigh)})";
            yield return latency.RatioHigh < 1
                ? new Finding(FindingKind.Trust, $"{rows} it takes {range}.")
                : new Finding(
                    FindingKind.Caution,
                    latency.Ratio < 1
                        ? $"{rows} it takes {range}: do not count on it being faster."
                        : $"{rows} it is no faster: it takes {range}, at "
                          + $"{ReplacementWords.Ratio(ReplacementWords.Work(report, hybrid.Costs))} of the work.");
        }
    }

    private static IEnumerable<Finding> Bounds(ReplacementReport report, Hybrid hybrid)
    {
        if (hybrid.Bounds is not { } bounds)
        {
            yield break;
        }

        if (bounds.Conformal is { Refusal.Length: 0, HasTestCoverage: true } conformal
            && bounds.Empirical is { Rows: > 0 } tested && conformal.TestCoverage < Least(conformal, tested.Rows))
        {
            yield return new Finding(
                FindingKind.Caution,
                $"The conformal bound held for {Numbers.Percent(conformal.TestCoverage, 2)} of the test rows, fewer "
                + $"than chance explains for the {Numbers.Percent(1 - conformal.Alpha, 1)} it is for: these rows are "
                + "not like those it was calibrated on.");
        }

        if (bounds is { Sound: { Refusal.Length: 0 } sound, Empirical: { OutputMaximum: > 0 } seen }
            && sound.Output > FarAbove * seen.OutputMaximum)
        {
            var advice = report.Options?.Box?.Around is null
                ? " A smaller --box, such as row:0:0.02, gives a tighter one."
                : "";
            yield return new Finding(
                FindingKind.Caution,
                $"The sound bound is {Numbers.Small(sound.Output / seen.OutputMaximum)} times the largest difference "
                + $"seen: it holds for every point of the box, most of which no data comes near.{advice}");
        }
    }

    // The coverage varies with the calibration rows and with the test rows, by about alpha (1 - alpha) / rows each.
    private static double Least(ConformalBound conformal, long testRows)
    {
        var variance = conformal.Alpha * (1 - conformal.Alpha) * ((1.0 / conformal.Rows) + (1.0 / testRows));
        return 1 - conformal.Alpha - (Deviations * Math.Sqrt(variance));
    }

    private static IEnumerable<Finding> File(Hybrid hybrid)
    {
        yield return new Finding(
            FindingKind.Trust,
            $"Measured from the exported file in ONNX Runtime; its outputs are those of our own evaluation within "
            + $"{Numbers.Small(hybrid.OwnEvaluationDifference)} of the largest.");
    }
}
