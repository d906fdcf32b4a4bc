using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>Tables, figures and sentences of E3.1.</summary>
internal sealed class HamiltonianReport(IReadOnlyList<HamiltonianResult> results, HamiltonianOptions options)
{
    // The authors plot the best 11 of 25.
    private const double BestShare = 11.0 / 25;

    private IEnumerable<string> Optimizers => options.Optimizers.Select(o => o.Name);

    public ExperimentReport Write(string title) =>
        new(title, Summary(), [Setting(), Training(), Headline(), Farthest(), .. Optimizers.Select(Map)]);

    private string Summary() => string.Join(" ", Optimizers.Select(optimizer =>
    {
        var cells = Headlines(optimizer, HamiltonianRun.Published);
        var own = Headlines(optimizer, HamiltonianRun.Affine);
        var still = Headlines(optimizer, Predictor.Standing.Name);
        return $"{optimizer}, {options.Window:N0} snapshots and {options.Horizon:N0} steps ahead: as published the "
            + $"loss is {Median(cells, c => c.Ratio)} times the optimizer's (median; within 5 % in {Comparable(cells)} "
            + $"of {cells.Length} networks), affine and clipped {Median(own, c => c.Ratio)} ({Comparable(own)}), "
            + $"standing still {Median(still, c => c.Ratio)} ({Comparable(still)}); the prediction takes "
            + $"1/{Median(cells, c => c.Speedup)} of the time of the steps.";
    }));

    private ReportSection Setting() => new("Setting", $"""
        A 1-10-10-2 network with sine activations solves x' = p, p' = -(x + x^3) from x = 1.3, p = 1 over [0, 4 pi]: the
        loss is the mean squared residual at 200 evenly spaced points, in double precision. The points stay where they
        are, so that training is an autonomous system; the authors of the solver perturb them before every step, which
        the last optimizer does too. Adadelta and Adagrad have PyTorch's defaults (learning rates 1 and 0.01), Adam the
        solver's (0.008, betas 0.999 and 0.9999). After {options.BurnIn:N0} steps snapshots are kept after every step.
        Windows end at snapshot {options.Fitted:N0}; operators are of nodes (blocks of 2, 11 and 11).

        "As published" has no constant, MATLAB's tolerance of pinv (2.2e-12 of the largest singular value for 10,000
        snapshots) and no clip. Loss ratios are loss at the predicted weights over the optimizer's at the same step;
        error over growth is median|predicted - true| / median|true - last| over the weights. Times include the fit.
        """);

    private ReportSection Training()
    {
        var table = new MarkdownTable(
            "optimizer", "loss at the last fitted snapshot: median", "best", "worst", "largest error of x(t): median",
            "microseconds a step");
        foreach (var optimizer in Optimizers)
        {
            var own = Of(optimizer);
            table.Add(
                optimizer, Median(own, r => r.FittedLoss), Number.Of(own.Min(r => r.FittedLoss)),
                Number.Of(own.Max(r => r.FittedLoss)), Median(own, r => r.SolutionError),
                Median(own, r => r.StepMicroseconds));
        }

        return new ReportSection("Training", table.ToString(),
            new Dictionary<string, Figure> { ["losses"] = Losses() });
    }

    private ReportSection Headline()
    {
        var table = new MarkdownTable(
            "optimizer", "predictor", "loss ratio: median", "of the best", "within 5 %", "error over growth: median",
            "of the best", "times faster");
        foreach (var optimizer in Optimizers)
        {
            foreach (var predictor in HamiltonianRun.Predictors)
            {
                var cells = Headlines(optimizer, predictor);
                var best = cells.OrderBy(c => c.ErrorToGrowth).Take((int)Math.Ceiling(BestShare * cells.Length));
                table.Add(
                    optimizer, predictor, Median(cells, c => c.Ratio), Median(best, c => c.Ratio),
                    $"{Comparable(cells)} of {cells.Length}", Median(cells, c => c.ErrorToGrowth),
                    Median(best, c => c.ErrorToGrowth), Median(cells, c => c.Speedup));
            }
        }

        var text = $"""
            {options.Window:N0} snapshots fitted, {options.Horizon:N0} steps ahead. "Of the best" is the median over the
            {100 * BestShare:0} % of networks with the smallest error, which is what the paper plots. Published:
            "comparable" loss and "more than 10 times faster".

            {table}
            """;
        return new ReportSection(
            "The published window", text, new Dictionary<string, Figure> { ["growth"] = Growth() });
    }

    private ReportSection Farthest()
    {
        var table = new MarkdownTable(
            "optimizer", "predictor", "farthest", "window", "loss ratio", "standing still", "times faster");
        foreach (var optimizer in Optimizers)
        {
            foreach (var predictor in HamiltonianRun.Predictors.Where(p => p != Predictor.Standing.Name))
            {
                table.Add([optimizer, predictor, .. Farthest(optimizer, predictor)]);
            }
        }

        return new ReportSection("Where it holds", $"""
            The farthest horizon at which the median network is within 5 % of the optimizer's loss and the prediction is
            more than 10 times faster than the steps, over all windows; of several windows the one with the least loss.

            {table}
            """);
    }

    private string[] Farthest(string optimizer, string predictor)
    {
        var held = options.Horizons.SelectMany(h => options.Windows.Select(w => Cells(optimizer, predictor, w, h)))
            .Where(cells => Ratio(cells) <= 1.05 && Speed(cells) > 10).ToArray();
        if (held.Length == 0)
        {
            return ["nowhere", Percent.Absent, Percent.Absent, Percent.Absent, Percent.Absent];
        }

        var best = held.Where(cells => cells[0].Horizon == held[^1][0].Horizon).MinBy(Ratio)!;
        var still = Cells(optimizer, Predictor.Standing.Name, best[0].Window, best[0].Horizon);
        return
        [
            $"{best[0].Horizon:N0}", $"{best[0].Window:N0}", Number.Of(Ratio(best)), Number.Of(Ratio(still)),
            Number.Of(Speed(best)),
        ];
    }

    private static double Ratio(ForecastCell[] cells) => Quantiles.At([.. cells.Select(c => c.Ratio)], 0.5);

    // What could not be predicted was not fast.
    private static double Speed(ForecastCell[] cells) =>
        Quantiles.At([.. cells.Select(c => double.IsNaN(c.Speedup) ? 0 : c.Speedup)], 0.5);

    private ReportSection Map(string optimizer)
    {
        var text = string.Join("\n", new[]
        {
            HamiltonianRun.Published, HamiltonianRun.Affine, HamiltonianRun.Unclipped, Predictor.Mean.Name,
            Predictor.Standing.Name,
        }.Select(predictor => $"{Capital(predictor)}:\n\n{Map(optimizer, predictor)}"));
        return new ReportSection(
            $"{optimizer}: windows and horizons",
            $"Median loss ratio, and in how many of {Of(optimizer).Length} networks it is within 5 %.\n\n{text}\n"
            + $"Times faster than the steps, as published:\n\n{Speeds(optimizer)}",
            new Dictionary<string, Figure> { [$"horizon-{Index(optimizer)}"] = Horizons(optimizer) });
    }

    private MarkdownTable Map(string optimizer, string predictor)
    {
        var windows = predictor == Predictor.Standing.Name ? options.Windows.Take(1) : options.Windows;
        var table = new MarkdownTable(["window", .. options.Horizons.Select(h => $"{h:N0} ahead")]);
        foreach (var window in windows)
        {
            var name = predictor == Predictor.Standing.Name ? Percent.Absent : $"{window:N0}";
            table.Add([name, .. options.Horizons.Select(horizon =>
            {
                var cells = Cells(optimizer, predictor, window, horizon);
                return $"{Median(cells, c => c.Ratio)} ({Comparable(cells)})";
            })]);
        }

        return table;
    }

    private MarkdownTable Speeds(string optimizer)
    {
        var table = new MarkdownTable(["window", .. options.Horizons.Select(h => $"{h:N0} ahead")]);
        foreach (var window in options.Windows)
        {
            table.Add([$"{window:N0}", .. options.Horizons.Select(
                h => Number.Of(Speed(Cells(optimizer, HamiltonianRun.Published, window, h))))]);
        }

        return table;
    }

    private Figure Losses() => new()
    {
        Title = "Loss of the median network",
        X = "step",
        Y = "loss",
        LogY = true,
        Series = [.. Optimizers.Select(optimizer =>
        {
            var own = Of(optimizer);
            var points = Enumerable.Range(1, own[0].Losses.Length - 1).ToArray();
            return new Series(
                optimizer, [.. points.Select(i => (double)i * HamiltonianRun.LossStride)],
                [.. points.Select(i => Quantiles.At([.. own.Select(r => r.Losses[i])], 0.5))]);
        })],
    };

    private Figure Growth() => new()
    {
        Title = $"Error of every weight {options.Horizon:N0} steps ahead, {options.Optimizers[0].Name}, as published",
        X = "true change of the weight",
        Y = "predicted - true",
        Series =
        [
            .. Of(options.Optimizers[0].Name)
                .OrderBy(r => Headlines([r], HamiltonianRun.Published)[0].ErrorToGrowth)
                .Take((int)Math.Ceiling(BestShare * Of(options.Optimizers[0].Name).Length))
                .Select(r => new Series($"seed {r.Seed}", r.Growth, r.Error) { AsPoints = true }),
        ],
    };

    private Figure Horizons(string optimizer) => new()
    {
        Title = $"{optimizer}: loss ratio, {options.Window:N0} snapshots fitted, median network",
        X = "steps ahead",
        Y = "loss over the optimizer's",
        LogX = true,
        LogY = true,
        Series = [.. HamiltonianRun.Predictors.Select(predictor => new Series(
            predictor, [.. options.Horizons.Select(h => (double)h)],
            [.. options.Horizons.Select(h => Quantiles.At(
                [.. Cells(optimizer, predictor, options.Window, h).Select(c => c.Ratio)], 0.5))]))],
    };

    private int Index(string optimizer) => Optimizers.ToList().IndexOf(optimizer) + 1;

    private HamiltonianResult[] Of(string optimizer) => [.. results.Where(r => r.Optimizer == optimizer)];

    private ForecastCell[] Headlines(string optimizer, string predictor) => Headlines(Of(optimizer), predictor);

    private ForecastCell[] Headlines(IEnumerable<HamiltonianResult> of, string predictor) =>
        Cells(of, predictor, options.Window, options.Horizon);

    private ForecastCell[] Cells(string optimizer, string predictor, int window, int horizon) =>
        Cells(Of(optimizer), predictor, window, horizon);

    private static ForecastCell[] Cells(
        IEnumerable<HamiltonianResult> of, string predictor, int window, int horizon) =>
        [.. of.SelectMany(r => r.Cells).Where(
            c => c.Predictor == predictor && c.Window == window && c.Horizon == horizon)];

    private static int Comparable(ForecastCell[] cells) => cells.Count(c => c.IsComparable);

    private static string Median<T>(IEnumerable<T> of, Func<T, double> value)
    {
        // What could not be predicted has no time; its loss is infinite and sorts last.
        double[] known = [.. of.Select(value).Where(v => !double.IsNaN(v))];
        return known.Length == 0 ? Percent.Absent : Number.Of(Quantiles.At(known, 0.5));
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
