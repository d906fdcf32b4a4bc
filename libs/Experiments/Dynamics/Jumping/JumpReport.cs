using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>One problem: what was chosen, and what came of it.</summary>
internal sealed record JumpResults(JumpProblem Problem, JumpTuning Tuning, IReadOnlyList<JumpPair> Pairs);

/// <summary>Tables, figures and sentences of the guarded jump.</summary>
internal sealed class JumpReport(IReadOnlyList<JumpResults> results)
{
    public ExperimentReport Write(string title) => new(
        title, string.Join(" ", results.Select(Summary)),
        [Setting(), .. results.SelectMany(r => new[] { Tuning(r), Seeds(r) })]);

    private static string Summary(JumpResults result)
    {
        var (pairs, reached) = (result.Pairs, result.Pairs.Where(pair => pair.JumpSeconds is not null).ToArray());
        var ratio = reached.Length == 0 ? "" : "; there it takes "
            + $"{Interval(pair => pair.JumpSeconds!.Value / pair.PlainSeconds)} of the optimizer's time, a net "
            + $"{Interval(pair => pair.Net!.Value)} s";
        var (kept, all) = (pairs.Sum(p => p.Accounts.Kept), pairs.Sum(p => p.Accounts.Kept + p.Accounts.Rejected));
        var optimizer = result.Problem.Optimizers[result.Tuning.Optimizer].Name;
        return $"{result.Problem.Title}: with jumps the level of {optimizer} is reached in {reached.Length} of "
            + $"{pairs.Count} seeds within its steps, sooner in {pairs.Count(pair => pair.Net > 0)}{ratio}. Of "
            + $"{all} jumps {kept} were kept. Jumping to the mean of the same snapshots, by no operator, reaches it in "
            + $"{pairs.Count(pair => pair.MeanSeconds is not null)} seeds, sooner than alone in "
            + $"{pairs.Count(pair => pair.MeanSeconds < pair.PlainSeconds)} and sooner than with the operator in "
            + $"{pairs.Count(pair => pair.MeanSeconds < (pair.JumpSeconds ?? double.PositiveInfinity))}.";

        string Interval(Func<JumpPair, double> value) => Number.Of(SeedInterval.Of([.. reached.Select(value)]));
    }

    private static ReportSection Setting() => new("Setting", $"""
        A training predicts its weights ahead once it has enough snapshots, evaluates the prediction on a probe (MNIST:
        the first 2,048 training rows; the Hamiltonian network: its own loss), keeps it where the loss is lower and
        starts the optimizer anew there, else goes on as before. A kept jump doubles the horizon, a rejected one halves
        it. Optimizer, rate and the way to jump are chosen on seeds 101 to 103, none of which is reported: the optimizer
        by its loss at the end, the way to jump by its time to that loss.

        The target is the mean of the optimizer's last {JumpTuning.LevelChecks} checks of the loss (over all training
        rows; the checks are on nobody's clock). The clock of a run with jumps has its steps, snapshots, fits, probes
        and rejected jumps. All runs of a seed start from the same weights and see the same rows in the same order. "To
        means" jumps to the mean of the snapshots in place of the prediction, under the same guard: what the operator
        brings is what it brings beyond that.
        """);

    private static ReportSection Tuning(JumpResults result)
    {
        var (problem, tuning) = (result.Problem, result.Tuning);
        var optimizers = new MarkdownTable("optimizer", "loss at the end");
        for (var i = 0; i < problem.Optimizers.Count; i++)
        {
            optimizers.Add(Chosen(problem.Optimizers[i].Name, i == tuning.Optimizer), Number.Of(tuning.Levels[i]));
        }

        var ways = new MarkdownTable("jumps", "time to it over the optimizer's", "kept", "rejected");
        for (var i = 0; i < problem.Settings.Count; i++)
        {
            ways.Add(
                Chosen(problem.Settings[i].Name, i == tuning.Settings), Number.Of(tuning.Times[i]), $"{tuning.Kept[i]}",
                $"{tuning.Rejected[i]}");
        }

        return new ReportSection($"{problem.Title}: chosen on other seeds", $"""
            {problem.Budget.Steps:N0} steps; means over the tuning seeds, what is chosen in bold. Never reaching the
            optimizer's level counts as twice its time.

            {optimizers}
            {ways}
            """);
    }

    private static ReportSection Seeds(JumpResults result)
    {
        var table = new MarkdownTable(
            "seed", "target", "seconds alone", "with jumps", "net", "to means", "steps alone", "with jumps", "to means",
            "kept", "rejected", "snapshots skipped", "fits, s", "probes, s", "loss at the end");
        foreach (var pair in result.Pairs)
        {
            table.Add(
                $"{pair.Seed}", Number.Of(pair.Target), Number.Of(pair.PlainSeconds), Or(pair.JumpSeconds),
                Or(pair.Net), Or(pair.MeanSeconds), $"{pair.PlainSteps:N0}", Or(pair.JumpSteps), Or(pair.MeanSteps),
                $"{pair.Accounts.Kept}",
                $"{pair.Accounts.Rejected}", $"{pair.Accounts.SnapshotsSkipped:N0}",
                Number.Of(pair.Accounts.FitSeconds), Number.Of(pair.Accounts.EvaluationSeconds),
                Number.Of(pair.JumpLevel));
        }

        var first = result.Pairs[0];
        var figure = new Figure
        {
            Title = $"{result.Problem.Title}, seed {first.Seed}: loss against the clock",
            X = "seconds",
            Y = "loss",
            LogY = true,
            Series =
            [
                new Series("optimizer alone", first.Plain.Seconds, first.Plain.Losses),
                new Series("with jumps", first.Jumping.Seconds, first.Jumping.Losses),
            ],
        };
        return new ReportSection(
            $"{result.Problem.Title}: reported seeds", table.ToString(),
            new Dictionary<string, Figure> { [result.Problem.Name] = figure });
    }

    private static string Or(int? steps) => steps is { } known ? $"{known:N0}" : "never";

    private static string Or(double? value) => value is { } known ? Number.Of(known) : "never";

    private static string Chosen(string name, bool isChosen) => isChosen ? $"**{name}**" : name;
}
