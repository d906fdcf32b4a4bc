using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>A forecast of weights on a terminal.</summary>
internal static class ForecastTable
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    public static void Write(
        IAnsiConsole console, ForecastSettings settings, ForecastReport report, ForecastTrial? trial,
        IReadOnlyList<string> notes)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine(
            ("The weights of ", null), (settings.Run, Bold), ($" at step {report.ToStep}, ", null),
            ($"{Numbers.Count(settings.Steps)} snapshots beyond step {report.FromStep}, are in ", null),
            (settings.Output, Bold), (".", null));
        terminal.WriteLines(
        [
            .. Trial(trial), .. Facts(report),
            .. report.Warnings.Select(warning => ("caution", Flagged, TrainingWords.At(warning))),
            .. notes.Select(note => ("note", Dim, note)),
            .. trial is null
                ? [("next", Bold, "try them before you trust them: --model, --data and --labels say what they do")]
                : Array.Empty<(string, Style, string)>(),
        ]);
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Trial(ForecastTrial? trial)
    {
        if (trial is null)
        {
            yield break;
        }

        var (last, predicted) = (trial.Last, trial.Predicted);
        var verdict = trial.IsBetter ? "the predicted weights are better"
            : predicted.Loss > last.Loss || !double.IsFinite(predicted.Loss)
                ? "the predicted weights are worse: keep the last ones, or predict fewer steps, or from fewer "
                    + "directions (--rank)"
                : "the predicted weights are as good as the last ones";
        yield return ("trial", trial.IsBetter ? Bold : Flagged,
            $"{verdict}: loss {Loss(last.Loss)} → {Loss(predicted.Loss)}, accuracy "
            + $"{Numbers.Percent(last.Accuracy, 2)} → {Numbers.Percent(predicted.Accuracy, 2)} on "
            + $"{Numbers.Count(last.Rows)} rows");
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Facts(ForecastReport report)
    {
        var options = report.Options ?? new ForecastOptions();
        yield return ("fit", Dim,
            $"{Numbers.Count(report.SnapshotsFitted)} snapshots by {options.Partition}: {Numbers.Count(report.Blocks)} "
            + $"blocks of {report.SmallestRank} to {report.LargestRank} directions, "
            + $"{Numbers.Small(report.MeanRank)} on average");
        yield return ("error", report.OneStepError < 1 ? Dim : Flagged,
            $"one step ahead {Numbers.Percent(report.OneStepError)} of the change over it, on snapshots that were "
            + "fitted"
            + (report.OneStepError < 1 ? "" : ": standing still is no worse, do not believe the weights"));
        yield return ("growth", Dim,
            $"largest |λ| {OperatorTable.Digits(report.LargestModulus, 4)}"
            + (report.Clipped > 0 ? $"; {Numbers.Count(report.Clipped)} eigenvalues were clipped" : "")
            + (report.Held > 0 ? $"; {Numbers.Count(report.Held)} blocks stay as they are, which can't be clipped" : "")
            + (report.Constant > 0 ? $"; {Numbers.Count(report.Constant)} values never changed" : ""));
        yield return ("time", Dim,
            $"{Numbers.Small(report.FitSeconds)} s to fit, {Numbers.Small(report.PredictSeconds)} s to predict");
    }

    private static string Loss(double loss) => double.IsFinite(loss) ? Numbers.Small(loss) : "∞";
}
