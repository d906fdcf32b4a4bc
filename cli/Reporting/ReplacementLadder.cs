using KoopmanMesh.Credit.V1;
using KoopmanMesh.Replacement.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>The ladder of bounds of one hybrid on a terminal, from what is proven to what was seen.</summary>
internal static class ReplacementLadder
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Refused = new(Color.Yellow);

    public static void Write(TerminalText terminal, ReplacementReport report, Hybrid hybrid)
    {
        if (hybrid.Bounds is not { } bounds)
        {
            return;
        }

        var which = report.Chosen < 0 ? "the best of them" : "the chosen one";
        terminal.WriteLine(
            ("How far the outputs of ", null), ($"{report.Front.IndexOf(hybrid) + 1}", Bold),
            ($", {which}, are from the original's:", null));
        terminal.WriteLines(
        [
            .. Rung("sound", bounds.Sound?.Refusal, () => Sound(bounds.Sound!), bounds.Sound?.Assumptions),
            .. Rung(
                "conformal", bounds.Conformal?.Refusal, () => Conformal(bounds.Conformal!),
                bounds.Conformal?.Assumptions),
            .. Rung("empirical", bounds.Empirical is null ? null : "", () => Empirical(bounds.Empirical!),
                bounds.Empirical?.Assumptions),
        ]);
    }

    /// <summary>What the sound bound says.</summary>
    public static string Sound(SoundBound sound) =>
        $"at most {Numbers.Small(sound.Output)} for every input in the box ({sound.Domain}, "
        + $"{Numbers.Small(sound.Seconds)} s)";

    /// <summary>What the conformal bound says.</summary>
    public static string Conformal(ConformalBound conformal) =>
        $"at most {Numbers.Small(conformal.Output)} for a new row, with probability at least "
        + $"{Numbers.Percent(1 - conformal.Alpha, 1)} ({Numbers.Count(conformal.Rows)} calibration rows)"
        + (conformal.HasTestCoverage
            ? $"; held for {Numbers.Percent(conformal.TestCoverage, 2)} of the test rows"
            : "");

    /// <summary>What was seen.</summary>
    public static string Empirical(EmpiricalBound empirical)
    {
        var flips = empirical.HasFlips
            ? $"; another top class for {Numbers.Count(empirical.Flips)} rows, "
                + $"{Numbers.Percent(empirical.FlipRate, 2)} ({Numbers.Percent(empirical.Confidence, 0)}: "
                + $"{Numbers.Percent(empirical.FlipLow, 2)} to {Numbers.Percent(empirical.FlipHigh, 2)})"
            : "";
        return $"at most {Numbers.Small(empirical.OutputMaximum)} on {Numbers.Count(empirical.Rows)} test rows, RMSE "
            + $"{Numbers.Small(empirical.OutputRmse)}{flips}";
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Rung(
        string name, string? refusal, Func<string> text, IEnumerable<string>? assumptions)
    {
        if (refusal is null)
        {
            yield break;
        }

        if (refusal.Length > 0)
        {
            yield return (name, Refused, $"none: {refusal}");
            yield break;
        }

        yield return (name, Bold, text());
        foreach (var assumption in assumptions ?? [])
        {
            yield return ("", Dim, $"assumes: {assumption}");
        }
    }
}
