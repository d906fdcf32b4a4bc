using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Dynamics.Stopping;

/// <summary>Tables, figures and sentences of E1.2.</summary>
internal sealed class StoppingReport(IReadOnlyList<StoppingResult> results, StoppingOptions options)
{
    private const double Near = 0.1;
    private const double Lost = 0.002;

    public ExperimentReport Write(string title) => new(
        title, Summary(), [Setting(), .. options.Settings.Select(Rules), .. options.Settings.Select(Spectra)]);

    private string Summary() => string.Join(" ", options.Settings.Select(setting =>
    {
        var runs = Of(setting);
        var (distance, lost) = (Distances(runs, StoppingRun.Rule), Losses(runs, StoppingRun.Rule));
        return $"At a {setting.Name}, the rule of methods P1.4 on the validation loss stops at epoch "
            + $"{Number.Of(Epochs(runs, StoppingRun.Rule))} of {setting.Epochs}, where the lowest validation loss is "
            + $"at {Number.Of(Best(runs))}: within 10 % of it in {Within(distance)} of {runs.Length} runs, on average "
            + $"{Percent.Of(SeedInterval.Of(distance), 1)} % away, and {Points(lost)} points of test accuracy are lost "
            + $"(target: within 10 %, at most 0.2 points: {(Meets(distance, lost) ? "met" : "not met")}).";
    }));

    private ReportSection Setting() => new("Setting", $"""
        {string.Join("-", options.Widths)} networks with ReLU, gradient descent in batches of {options.Batch} rows,
        {options.ValidationRows:N0} of the training rows kept for validation and never trained on. Every run goes on to
        the end of its budget, so that the best epoch is known; the rules only say where they would have ended it.
        Observed are all weights and biases with the constant, once an epoch; windows have {options.Windows.Length}
        pairs and end at every epoch; the rule needs {options.Stop.Patience} settled windows in a row (mass near one at
        least {Plain(options.Stop.NearOneMass)}, transients at most {Plain(options.Stop.TransientMass)} of the
        weights' norm) and a loss that falls by at most {Plain(options.Stop.LossSlope)} of itself an epoch over the
        last window. Thresholds and window are the rule's defaults; rates, budgets and the window at every epoch were
        chosen on seeds 2001 to 2006, none of which is reported. A rule that never stops counts with the last epoch.

        {string.Join("\n", options.Settings.Select(Describe))}
        """);

    private static string Describe(StoppingSetting setting) => setting.Factor == 1
        ? $"* {setting.Name}: {Plain(setting.Rate)} throughout, {setting.Epochs} epochs: the network overfits "
            + "and has a best epoch"
        : $"* {setting.Name}: {Plain(setting.Rate)}, times {Plain(setting.Factor)} after every epoch, "
            + $"{setting.Epochs} epochs: the weights come to rest";

    private ReportSection Rules(StoppingSetting setting)
    {
        var runs = Of(setting);
        var table = new MarkdownTable(
            "rule", "stops at", "distance to best (%)", "within 10 %", "accuracy there (%)", "lost (points)",
            "of the budget (%)");
        foreach (var rule in runs[0].Stops.Keys.Order(StringComparer.Ordinal))
        {
            var distance = Distances(runs, rule);
            table.Add(
                rule, Number.Of(Epochs(runs, rule)), Percent.Of(SeedInterval.Of(distance), 1),
                $"{Within(distance)} of {runs.Length}", Percent.Of(Over(runs, r => r.TestAccuracy[r.Stops[rule]])),
                Points(Losses(runs, rule)), Percent.Of(Over(runs, r => (double)r.Stops[rule] / r.Epochs), 0));
        }

        table.Add(
            "lowest validation loss", Number.Of(Best(runs)), "0", "–",
            Percent.Of(Over(runs, r => r.TestAccuracy[r.Best])), "0",
            Percent.Of(Over(runs, r => (double)r.Best / r.Epochs), 0));
        table.Add(
            "last epoch", $"{setting.Epochs}", "–", "–", Percent.Of(Over(runs, r => r.TestAccuracy[^1])),
            Points([.. runs.Select(r => r.TestAccuracy[r.Best] - r.TestAccuracy[^1])]), "100");
        return new ReportSection($"Where rules stop, {setting.Name}", $"""
            Mean over {runs.Length} seeds ± half of Student's 95 % interval. Distance: |stop - best| / best. Lost: test
            accuracy at the best epoch less that at the stop, seed by seed.

            {table}
            Seed by seed, the rule's epoch and the best one: {string.Join(", ", runs.Select(
                r => $"{r.Stops[StoppingRun.Rule]} / {r.Best}"))}. The limit that the spectrum predicts where the rule
            stops has {Limit(runs)} % test accuracy.
            """);
    }

    private ReportSection Spectra(StoppingSetting setting)
    {
        var runs = Of(setting);
        var table = new MarkdownTable("epoch", "mass near one", "transients / norm", "unexplained", "next eigenvalue");
        foreach (var epoch in Enumerable.Range(1, 6).Select(i => i * setting.Epochs / 6))
        {
            var windows = runs.SelectMany(r => r.Windows).Where(w => w.Epoch == epoch).ToArray();
            if (windows.Length > 0)
            {
                table.Add(
                    $"{epoch}", Mean(windows, w => w.NearOneMass), Mean(windows, w => w.Transient),
                    Mean(windows, w => w.Unexplained), Mean(windows, w => w.Leading));
            }
        }

        return new ReportSection($"What the windows see, {setting.Name}", $"""
            Means over seeds of windows that end there. Unexplained is the share of the snapshots' movement that the
            trusted modes miss: near or above 1, they are no model of it. The next eigenvalue is the largest trusted one
            beside 1, over the windows that have one.

            {table}
            """, new Dictionary<string, Figure>
        {
            [Key(setting, "loss")] = Loss(setting, runs[0]),
            [Key(setting, "windows")] = Windows(setting, runs[0]),
        });
    }

    private static Figure Loss(StoppingSetting setting, StoppingResult run)
    {
        var epochs = Enumerable.Range(0, run.Epochs + 1).Select(e => (double)e).ToArray();
        return new Figure
        {
            Title = $"Loss at a {setting.Name}, seed {run.Seed}",
            X = "epoch",
            Y = "cross-entropy",
            LogY = true,
            Series =
            [
                new Series("training", epochs, run.Loss), new Series("validation", epochs, run.ValidationLoss),
                Mark(run, "lowest validation loss", run.Best), Mark(run, "P1.4 stops", run.Stops[StoppingRun.Rule]),
            ],
        };
    }

    private static Series Mark(StoppingResult run, string name, int epoch) =>
        new(name, [epoch], [run.ValidationLoss[epoch]]) { AsPoints = true };

    private static Figure Windows(StoppingSetting setting, StoppingResult run)
    {
        var epochs = run.Windows.Select(w => (double)w.Epoch).ToArray();
        return new Figure
        {
            Title = $"Mass near one and transients at a {setting.Name}, seed {run.Seed}",
            X = "epoch",
            Y = "share",
            LogY = true,
            Series =
            [
                Points("1 - mass near one", w => 1 - w.NearOneMass), Points("transients / norm", w => w.Transient),
                new Series("unexplained", epochs, [.. run.Windows.Select(w => w.Unexplained)]),
            ],
        };

        Series Points(string name, Func<StoppingWindow, double> of) =>
            new(name, epochs, [.. run.Windows.Select(of)]) { AsPoints = true };
    }

    private static string Plain(double value) => Percent.Invariant(value, "0.####");

    private static string Key(StoppingSetting setting, string name) => $"{setting.Name.Replace(' ', '-')}-{name}";

    private static string Mean(StoppingWindow[] windows, Func<StoppingWindow, double> of) =>
        Number.Of(windows.Select(of).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average());

    private StoppingResult[] Of(StoppingSetting setting) => [.. results.Where(r => r.Setting == setting.Name)];

    private static SeedInterval Over(StoppingResult[] runs, Func<StoppingResult, double> of) =>
        SeedInterval.Of([.. runs.Select(of)]);

    private static SeedInterval Epochs(StoppingResult[] runs, string rule) => Over(runs, r => r.Stops[rule]);

    private static SeedInterval Best(StoppingResult[] runs) => Over(runs, r => r.Best);

    private static double[] Distances(StoppingResult[] runs, string rule) =>
        [.. runs.Select(r => Math.Abs(r.Stops[rule] - r.Best) / (double)Math.Max(r.Best, 1))];

    private static double[] Losses(StoppingResult[] runs, string rule) =>
        [.. runs.Select(r => r.TestAccuracy[r.Best] - r.TestAccuracy[r.Stops[rule]])];

    private static int Within(double[] distances) => distances.Count(d => d <= Near);

    private static bool Meets(double[] distances, double[] lost) =>
        distances.Average() <= Near && lost.Average() <= Lost;

    private static string Points(double[] lost) => Percent.Of(SeedInterval.Of(lost));

    private static string Limit(StoppingResult[] runs)
    {
        var known = runs.Select(r => r.LimitAccuracy).Where(double.IsFinite).ToArray();
        return known.Length == 0 ? Percent.Absent : Percent.Of(SeedInterval.Of(known));
    }
}
