using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>What the report of a training run says in words, and what to do about it.</summary>
internal static class TrainingFindings
{
    // A backtest below this is worth a forecast.
    private const double Worthwhile = 0.5;

    // With more of the first loss than this left, a run has not begun to learn.
    private const double Stuck = 0.95;

    // What modes of minibatch training have, where those of smooth training have 0.01.
    private const double LooseResidual = 0.1;

    // Windows of fewer pairs say little.
    private const int LeastWindow = 5;

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
                backtest.ErrorToGrowth is > 0 and < Worthwhile ? FindingKind.Trust : FindingKind.Caution,
                $"Predicting {TrainingWords.Backtest(backtest)}.");
        }

        foreach (var text in Doubts(report).Concat(report.Warnings.Select(TrainingWords.At)).Concat(notes))
        {
            yield return new Finding(FindingKind.Caution, Sentence(text));
        }

        foreach (var text in Next(name, report))
        {
            yield return new Finding(FindingKind.Result, $"Next: {text}.");
        }
    }

    /// <summary>What the numbers themselves say against the verdict.</summary>
    public static IEnumerable<string> Doubts(TrainingReport report)
    {
        var windows = TrainingWords.Whole(report).ToArray();
        var noisy = windows.Count(TrainingWords.IsNoise);
        if (noisy > 0)
        {
            yield return $"in {noisy} of {TrainingWords.Plural(windows.Length, "window")} the trusted modes miss more "
                + "than half of the movement, which is noise or nonlinear to them: their numbers are over little";
        }

        if (windows is [.., { Settled: true } last] && TrainingWords.IsNoise(last))
        {
            yield return $"the last window counts as settled by its modes alone: over it the weights moved by "
                + $"{Numbers.Percent(last.Movement / last.StateNorm)} of their norm";
        }

        if (LossLeft(report) is > Stuck and var left)
        {
            yield return $"{Numbers.Percent(left)} of the first loss is left: whatever the weights do, the network has "
                + "learnt next to nothing";
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
            "not learning" =>
                "look at the learning rate and the initialisation: the loss has hardly fallen",
            "healthy" => report.Backtest is { Horizon: > 0, ErrorToGrowth: > 0 and < Worthwhile } backtest
                ? $"train on, or koopmesh forecast {name} --steps {backtest.Horizon} --output weights.safetensors"
                : "train on",
            _ => TooShort(report),
        };

        if (TrainingWords.Whole(report).LastOrDefault() is { } last && TrainingWords.IsNoise(last)
            && report.WindowOptions?.Residual < LooseResidual)
        {
            yield return "see more of the movement: --residual 0.1 believes rougher modes, also of growth that is "
                + "none; --observable norms looks at less noise";
        }
    }

    // As the other sentences of the page are written; a terminal has them behind a label.
    private static string Sentence(string text) =>
        text.Length == 0 ? text : string.Concat(text[..1].ToUpperInvariant(), text[1..]);

    // Two thirds of what there is leave several windows to be told apart.
    private static string TooShort(TrainingReport report)
    {
        var window = Math.Min(2 * report.Snapshots / 3, (report.WindowOptions?.Length ?? 0) - 1);
        return window >= LeastWindow
            ? $"keep more checkpoints, or take a smaller --window, e.g. {window}"
            : "keep more checkpoints, or take a smaller --window";
    }

    // Null where the loss at the beginning or at the end is not known.
    private static double? LossLeft(TrainingReport report) =>
        report.Windows.Count > 0
        && report.Records is [{ Scalars: { HasLoss: true, Loss: > 0 } first }, .., { Scalars: { HasLoss: true } last }]
            ? last.Loss / first.Loss
            : null;
}
