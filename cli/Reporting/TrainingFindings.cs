using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>What the report of a training run says in words, and what to do about it.</summary>
internal static class TrainingFindings
{
    // A backtest below this is worth a forecast.
    private const double Worthwhile = 0.5;

    // More of the movement than this, unexplained, makes a window's modes hearsay.
    private const double Noise = 0.5;

    /// <summary>For the page: the verdict, what speaks for it, and what to do next.</summary>
    public static IEnumerable<Finding> Of(string name, TrainingReport report, IReadOnlyList<string> notes)
    {
        yield return new Finding(FindingKind.Result, report.Verdict);
        foreach (var mark in report.Marks)
        {
            yield return new Finding(
                TrainingWords.IsAlarming(mark.Kind) ? FindingKind.Caution : FindingKind.Trust,
                $"Step {mark.Step}, {TrainingWords.Name(mark.Kind)}: {mark.Text}");
        }

        if (report.Alarm is { HasStep: true } alarm)
        {
            yield return new Finding(
                alarm.Raised ? FindingKind.Caution : FindingKind.Result,
                $"The start was {TrainingWords.Alarm(alarm)}.");
        }

        if (report.Backtest is { Horizon: > 0 } backtest)
        {
            yield return new Finding(
                backtest.ErrorToGrowth < Worthwhile ? FindingKind.Trust : FindingKind.Caution,
                $"Predicting {TrainingWords.Backtest(backtest)}.");
        }

        if (Missed(report) is { } missed)
        {
            yield return new Finding(FindingKind.Caution, missed);
        }

        foreach (var text in report.Warnings.Select(TrainingWords.At).Concat(notes))
        {
            yield return new Finding(FindingKind.Caution, text);
        }

        foreach (var text in Next(name, report))
        {
            yield return new Finding(FindingKind.Result, $"Next: {text}.");
        }
    }

    /// <summary>What to do.</summary>
    public static IEnumerable<string> Next(string name, TrainingReport report)
    {
        yield return TrainingWords.State(report) switch
        {
            "badly initialised" => "start again with another seed, or a smaller initialisation",
            "unstable" => "lower the learning rate, and go on from a checkpoint before it became unstable",
            "finished" =>
                $"stop; koopmesh prune {name} --fraction 0.8 --output mask.safetensors tells what it can do without",
            "stalled" => report.Warnings.Any(warning => warning.Reason == "NO_LOSSES")
                ? "name the losses with --losses: they tell a plateau from the end"
                : "the weights rest while the loss is high: change the learning rate, or start again",
            "healthy" => report.Backtest is { Horizon: > 0, ErrorToGrowth: < Worthwhile } backtest
                ? $"train on, or koopmesh forecast {name} --steps {backtest.Horizon} --output weights.safetensors"
                : "train on",
            _ => "keep more checkpoints, or take a smaller --window",
        };
    }

    private static string? Missed(TrainingReport report)
    {
        var windows = TrainingWords.Whole(report).ToArray();

        // What is left of the movement of a settled window is rounding, which no mode should explain.
        var noisy = windows.Count(window => window.Unexplained > Noise && !window.Settled);
        return noisy == 0 ? null : $"In {noisy} of {windows.Length} windows the trusted modes miss more than half of "
            + "the movement, which is noise or nonlinear to them: their numbers are over little.";
    }
}
