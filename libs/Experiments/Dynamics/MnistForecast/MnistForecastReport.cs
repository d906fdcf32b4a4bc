using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Experiments.Dynamics.MnistForecast;

/// <summary>Tables, figures and sentences of E3.2.</summary>
internal sealed class MnistForecastReport(IReadOnlyList<MnistForecastResult> results, MnistForecastOptions options)
{
    private int Horizon => options.Horizons[^1];

    private SnapshotData Steps => options.Data[0];

    private string[] Predictors => [.. results[0].Cells.Select(c => c.Predictor).Distinct()];

    private string[] Operators => [.. Predictors.Except(MnistForecastRun.Baselines.Select(b => b.Name))];

    public ExperimentReport Write(string title) =>
        new(title, Summary(), [Setting(), .. options.Data.Select(Table), Horizons()]);

    private string Summary()
    {
        var (name, data, ratio) = Best(Operators);
        var (baseline, baselineData, baselineRatio) = Best(MnistForecastRun.Baselines.Select(b => b.Name));
        var node = Cells(Steps.Name, "node, as published", Horizon);
        return $"{Horizon:N0} steps ahead, {results.Count} networks. As published (nodes, every step): "
            + $"{Number.Of(Median(node, c => c.Ratio))} times the loss of Adadelta at the same step, within 5 % in "
            + $"{node.Count(c => c.IsComparable)} networks. The best operator is {name} on {data}: "
            + $"{Number.Of(ratio)} times. The best without an operator is {baseline} on {baselineData}: "
            + $"{Number.Of(baselineRatio)} times. Standing still: "
            + $"{Number.Of(Median(Cells(Steps.Name, Predictor.Standing.Name, Horizon), c => c.Ratio))} times.";
    }

    private ReportSection Setting() => new("Setting", $"""
        A {string.Join("-", options.Widths)} network with ReLU learns MNIST by Adadelta at rate 1 in batches of
        {options.Batch}, weights and biases beginning uniform on ±1 / sqrt(inputs). Snapshots of epochs
        {options.BurnIn + 1} to {options.BurnIn + options.Fitted} are fitted and the weights {Horizon:N0} steps later
        predicted. Ratios are training loss at the predicted weights over Adadelta's at that step, accuracies of the
        test rows; each is a median over {results.Count} networks. Adadelta itself: training loss
        {Interval(r => r.FittedLoss)} and accuracy {Accuracy(r => r.FittedAccuracy)} % at the window's end,
        {Interval(r => r.OptimizerLoss)} and {Accuracy(r => r.OptimizerAccuracy)} % {Horizon:N0} steps later.

        "As published" has no constant, NumPy's and MATLAB's tolerance of pinv and no clip; ours is affine, clipped at
        modulus 1, with a tolerance of 1e-6. Blocks of thousands of weights are tried on up to
        {options.MostOfLarge:N0} snapshots. Times are of the fit and all horizons together, against {Horizon:N0} steps;
        means are there before, since a trainer forms them as it goes, by an addition a weight and step.
        The third-party re-implementation that these settings are from reports that the paper's result did not
        reproduce.
        """);

    private ReportSection Table(SnapshotData data)
    {
        var table = new MarkdownTable(
            "predictor", "loss ratio", "within 5 %", "accuracy, %", "error over growth", "seconds", "times faster");
        foreach (var predictor in Predictors.Where(p => Cells(data.Name, p, Horizon).Length > 0))
        {
            var cells = Cells(data.Name, predictor, Horizon);
            table.Add(
                predictor, Number.Of(Median(cells, c => c.Ratio)),
                $"{cells.Count(c => c.IsComparable)} of {cells.Length}",
                cells.All(c => double.IsNaN(c.Accuracy)) ? Percent.Absent : Percent.Of(Median(cells, c => c.Accuracy)),
                Number.Of(Median(cells, c => c.ErrorToGrowth)), Number.Of(Median(cells, c => c.Seconds)),
                Number.Of(Median(cells, c => c.Speedup)));
        }

        return new ReportSection($"{char.ToUpperInvariant(data.Name[0])}{data.Name[1..]}", table.ToString());
    }

    private ReportSection Horizons()
    {
        string[] predictors =
            [Predictor.Standing.Name, "node, as published", "node, affine, clipped", "weight, affine, clipped"];
        var table = new MarkdownTable(["predictor", .. options.Horizons.Select(h => $"{h:N0} ahead")]);
        foreach (var predictor in predictors.Intersect(Predictors))
        {
            table.Add([predictor, .. options.Horizons.Select(
                h => Number.Of(Median(Cells(Steps.Name, predictor, h), c => c.Ratio)))]);
        }

        return new ReportSection(
            "Horizons", $"Loss ratio, {Steps.Name}.\n\n{table}",
            new Dictionary<string, Figure>
            {
                ["horizons"] = new()
                {
                    Title = $"Loss over Adadelta's at the same step, {Steps.Name}, median network",
                    X = "steps ahead",
                    Y = "loss ratio",
                    LogX = true,
                    LogY = true,
                    Series = [.. predictors.Intersect(Predictors).Select(predictor => new Series(
                        predictor, [.. options.Horizons.Select(h => (double)h)],
                        [.. options.Horizons.Select(h => Median(Cells(Steps.Name, predictor, h), c => c.Ratio))]))],
                },
            });
    }

    private (string Predictor, string Data, double Ratio) Best(IEnumerable<string> predictors) => predictors
        .SelectMany(p => options.Data.Select(d => (p, d.Name, Median(Cells(d.Name, p, Horizon), c => c.Ratio))))
        .Where(found => !double.IsNaN(found.Item3))
        .MinBy(found => found.Item3);

    private ForecastCell[] Cells(string data, string predictor, int horizon) => [.. results.SelectMany(r => r.Cells)
        .Where(c => c.Data == data && c.Predictor == predictor && c.Horizon == horizon)];

    private string Interval(Func<MnistForecastResult, double> value) =>
        Number.Of(SeedInterval.Of([.. results.Select(value)]));

    private string Accuracy(Func<MnistForecastResult, double> value) =>
        Percent.Of(SeedInterval.Of([.. results.Select(value)]));

    private static double Median(ForecastCell[] cells, Func<ForecastCell, double> value)
    {
        double[] known = [.. cells.Select(value).Where(v => !double.IsNaN(v))];
        return known.Length == 0 ? double.NaN : Quantiles.At(known, 0.5);
    }
}
