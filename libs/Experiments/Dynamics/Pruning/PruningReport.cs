using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Dynamics.Pruning;

/// <summary>Tables, figures and sentences of E1.3.</summary>
internal sealed class PruningReport(IReadOnlyList<PruningStage> stages, PruningOptions options)
{
    public const string Magnitude = "magnitude";

    public const string Koopman = "alpha 1";

    public const string Limit = "alpha 0";

    public const string Loose = "alpha 1, loose";

    public const string Mean = "window mean";

    public const string Spread = "mean + spread";

    public const string Random = "random";

    private static readonly string[] _methods = [Magnitude, Koopman, Limit, Loose, Mean, Spread, Random];

    private static readonly string[] _compared = [Koopman, Limit, Loose, Spread];

    public ExperimentReport Write(string title) =>
        new(title, Summary(), [Setting(), .. options.Stages.SelectMany(Stage), Freezing()]);

    private string Summary() => string.Join(" ", _compared.Select(method =>
    {
        var cells = (from epochs in options.Stages
                     from fraction in Judged()
                     from tuned in (bool[])[false, true]
                     select Difference(epochs, method, fraction, tuned)).ToArray();
        var (least, behind) = (cells.Count(c => c.Mean >= 0), cells.Count(c => Side(c) < 0));
        return $"{char.ToUpperInvariant(method[0])}{method[1..]}: on average at least as accurate as magnitude pruning "
            + $"in {least} of {cells.Length} cells at 50 to 90 % (early and late, at once and fine-tuned); with the "
            + $"whole 95 % interval of the paired difference ahead in {cells.Count(c => Side(c) > 0)}, behind in "
            + $"{behind} (target: at least as accurate at every level: {(least == cells.Length ? "met" : "not met")}).";
    }));

    private ReportSection Setting() => new("Setting", $"""
        {string.Join("-", options.Widths)} networks with ReLU, gradient descent at {Plain(options.Rate)} in batches of
        {options.Batch}, pruned after {string.Join(" and after ", options.Stages)} epochs and fine-tuned under the
        mask for {options.FineTuning} more. The window is the last {options.Window.Length} pairs, a snapshot every
        {options.Stride} steps, with the constant. Fractions are of all weights together; biases are kept. Every method
        prunes the same trained network and is fine-tuned on the same order of rows; mean over
        {stages.Count / options.Stages.Count} seeds ± half of Student's 95 % interval. Rate, batch,
        window and the loose residual were chosen on seed 2001.

        * {Magnitude}: |w| of the last weights.
        * {Koopman}: |limit| + transients of the trusted pairs, methods P1.6.
        * {Limit}: |limit|, Koopman magnitude pruning (Redman et al.).
        * {Loose}: as alpha 1, but pairs are trusted to a residual of {Plain(options.Loose.Residual)}
          instead of {Plain(options.Window.Residual)}.
        * {Mean}: |mean of the window's weights|: whether a limit needs a spectrum.
        * {Spread}: that and their standard deviation, weighed so that it is as large as the transients of {Loose}, over
          all parameters: whether transients need one.
        * {Random}: as the name says.
        """);

    private IEnumerable<ReportSection> Stage(int epochs)
    {
        var runs = Of(epochs);
        yield return new ReportSection($"After {epochs} epochs", $"""
            Test accuracy before pruning {Percent.Of(Over(runs, r => r.Accuracy))} %, of the whole network after
            {options.FineTuning} epochs more {Percent.Of(Over(runs, r => r.TrainedOn))} %. The window has
            {Number.Of(runs.Average(r => r.Transients))} trusted modes beside those near one and misses
            {Number.Of(runs.Average(r => r.Unexplained))} of the movement (with the loose residual
            {Number.Of(runs.Average(r => r.LooseTransients))} and {Number.Of(runs.Average(r => r.LooseUnexplained))});
            window and scores take
            {Number.Of(Over(runs, r => r.FitSeconds / r.EpochSeconds))} of the time of one epoch.

            At once (%):

            {Accuracies(epochs, tuned: false)}
            Fine-tuned (%):

            {Accuracies(epochs, tuned: true)}
            Difference from magnitude pruning, seed by seed, in points; * marks an interval without 0:

            {Differences(epochs)}
            """, new Dictionary<string, Figure>
        {
            [$"epochs-{epochs}-at-once"] = Curve(epochs, tuned: false),
            [$"epochs-{epochs}-fine-tuned"] = Curve(epochs, tuned: true),
        });
    }

    private string Accuracies(int epochs, bool tuned)
    {
        var table = new MarkdownTable(["pruned", .. _methods]);
        foreach (var fraction in options.Fractions)
        {
            table.Add([Name(fraction), .. _methods.Select(m => Percent.Of(Over(epochs, m, fraction, tuned)))]);
        }

        return table.ToString();
    }

    private string Differences(int epochs)
    {
        var table = new MarkdownTable(
            ["pruned", .. _compared.SelectMany(m => (string[])[$"{m}, at once", "fine-tuned", "same weights (%)"])]);
        foreach (var fraction in options.Fractions)
        {
            table.Add(
            [
                Name(fraction),
                .. _compared.SelectMany(method => (string[])
                [
                    Mark(Difference(epochs, method, fraction, tuned: false)),
                    Mark(Difference(epochs, method, fraction, tuned: true)),
                    Percent.Invariant(100 * Of(epochs).Average(r => Cell(r, method, fraction).Overlap), "0.0"),
                ]),
            ]);
        }

        return table.ToString();
    }

    private ReportSection Freezing()
    {
        var table = new MarkdownTable(
            "after", "frozen by", "share frozen (%)", "accuracy (%)", "difference from all trained (points)");
        foreach (var epochs in options.Stages)
        {
            foreach (var rule in Of(epochs)[0].Freezing.Select(f => f.Rule))
            {
                var runs = Of(epochs);
                table.Add(
                    $"{epochs} epochs", rule, Percent.Of(Over(runs, r => Frozen(r, rule).Fraction), 1),
                    Percent.Of(Over(runs, r => Frozen(r, rule).Accuracy)),
                    Mark(Over(runs, r => Frozen(r, rule).Accuracy - r.TrainedOn)));
            }
        }

        return new ReportSection("Freezing", $"""
            Parameters that the transients t say are at rest (the rule: t at most 1e-4 of the largest) stop being
            trained for {options.FineTuning} epochs more. The trainer computes all gradients all the same, so freezing
            single parameters saves it no time; the share says what an optimizer that skips them could save of its
            update. With no trusted transient, the rule freezes everything.

            {table}
            """);
    }

    // The random masks are far below the others.
    private Figure Curve(int epochs, bool tuned) => new()
    {
        Title = $"Ahead of magnitude pruning after {epochs} epochs, {(tuned ? "fine-tuned" : "at once")}",
        X = "weights pruned (%)",
        Y = "difference of accuracy (points)",
        Series = [.. _compared.Select(method =>
        {
            var at = options.Fractions.Select(f => Difference(epochs, method, f, tuned)).ToArray();
            return new Series(method, [.. options.Fractions.Select(f => 100 * f)], [.. at.Select(i => 100 * i.Mean)])
            {
                Band = ([.. at.Select(i => 100 * (i.Mean - (i.HalfWidth ?? 0)))],
                    [.. at.Select(i => 100 * (i.Mean + (i.HalfWidth ?? 0)))]),
            };
        })],
    };

    private IEnumerable<double> Judged() =>
        options.Fractions.Where(f => f >= options.Judged.Low && f <= options.Judged.High);

    private SeedInterval Difference(int epochs, string method, double fraction, bool tuned) => Over(
        Of(epochs), r => Accuracy(Cell(r, method, fraction), tuned) - Accuracy(Cell(r, Magnitude, fraction), tuned));

    private SeedInterval Over(int epochs, string method, double fraction, bool tuned) =>
        Over(Of(epochs), r => Accuracy(Cell(r, method, fraction), tuned));

    private PruningStage[] Of(int epochs) => [.. stages.Where(s => s.Epochs == epochs)];

    private static SeedInterval Over(PruningStage[] runs, Func<PruningStage, double> of) =>
        SeedInterval.Of([.. runs.Select(of)]);

    private static PruningCell Cell(PruningStage run, string method, double fraction) =>
        run.Cells.Single(c => c.Method == method && c.Fraction == fraction);

    private static FreezingCell Frozen(PruningStage run, string rule) => run.Freezing.Single(f => f.Rule == rule);

    private static double Accuracy(PruningCell cell, bool tuned) => tuned ? cell.FineTuned : cell.OneShot;

    // -1 or 1 where the interval leaves 0 out.
    private static int Side(SeedInterval difference) =>
        Math.Abs(difference.Mean) > difference.HalfWidth ? Math.Sign(difference.Mean) : 0;

    private static string Mark(SeedInterval difference) =>
        $"{Percent.Of(difference)}{(Side(difference) == 0 ? "" : " *")}";

    private static string Plain(double value) => Percent.Invariant(value, "0.####");

    private static string Name(double fraction) => $"{Percent.Invariant(100 * fraction, "0")} %";
}
