using KoopmanMesh.Experiments.Dynamics.Figures;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Experiments.Dynamics.Initialisation;

/// <summary>Tables, figures and sentences of E1.1.</summary>
internal sealed class InitialisationReport(
    IReadOnlyList<InitialisationResult> nulls, IReadOnlyList<InitialisationResult> results,
    InitialisationOptions options, ILinearAlgebra algebra)
{
    private readonly IReadOnlyList<InitialisationRule> _rules = InitialisationRule.All(algebra);

    private string Good => options.Kinds[0].Name;

    private int Seeds => results.Count / options.Problems.Count / options.Kinds.Count;

    public ExperimentReport Write(string title) => new(
        title, Summary(), [Setting(), .. options.Problems.Select(Detections), Losses(), Spectra()]);

    private string Summary()
    {
        var found = options.Problems.Select(p => (Problem: p, Bad: Alarms(p, InitialisationOptions.Bad),
            False: Alarms(p, Good))).ToArray();
        var isMet = found.All(f => f.Bad >= 0.95 * Seeds && f.False <= 0.05 * Seeds);
        var each = string.Join(
            "; ", found.Select(f => $"{f.Bad} of {Seeds} and {f.False} of {Seeds} ({f.Problem.Name})"));
        var share = Percent.Invariant(100.0 * (options.Alarm.JudgedAt - 1) / options.Epochs, "0.#");
        var loss = _rules.Single(r => r.Name == InitialisationRule.WithoutSpectrum);
        var alone = string.Join("; ", options.Problems.Select(
            p => $"{Count(loss, p, InitialisationOptions.Bad)} and {Count(loss, p, Good)}"));
        return $"Judged on {options.Alarm.JudgedAt} snapshots, {share} % of the budget, the calibrated alarm finds bad "
            + $"starts ({InitialisationOptions.Bad}) and falsely reports good ones: {each} (target: at least 95 of 100 "
            + $"and at most 5 of 100 in each: {(isMet ? "met" : "not met")}). The loss and its fall alone, judged "
            + $"in the same way without any spectrum: {alone}.";
    }

    private ReportSection Setting()
    {
        var (runs, first) = (options.NullRunsFor(Seeds), options.NullSeed + 1);
        var rate = Percent.Invariant(100 * options.FalseAlarms, "0.#");
        var spread = Percent.Invariant(options.BiasDeviation, "0.##");
        return new ReportSection("Setting", $"""
            {string.Join("-", options.Widths)} networks with tanh learn sin(pi x), or that and sin(3 pi x) / 2 and
            sin(9 pi x) / 4 (three scales), on {options.Points} points of [-1, 1], mean square error, full batch,
            {options.Epochs} epochs, by gradient descent (rate 0.1) or Adam (0.01). A good start is Xavier's (standard
            deviation sqrt(1 / inputs), biases {spread}); a bad one has all standard deviations times 20. The other
            starts are there for comparison, no target is set for them. The rates were chosen on seeds 2001 to 2004, for
            what good runs reach.

            A run is judged on its first {options.Alarm.JudgedAt} snapshots of all weights and biases, the start
            included. Every rule but the fixed one is calibrated, by conformal prediction at a rate of false alarms of
            {rate} %, on {runs} other good runs of the same problem (seeds {first} to {first + runs - 1}). At that rate,
            more than five of a hundred good runs are called bad once in seventy times; at 5 %, twice in five. The alarm
            takes loss, its fall, norm over movement, transients and growth together, by their Mahalanobis distance from the good runs;
            below it, parts of these in the same way. The other rules take one number each, larger for worse, some
            without training. The fixed rule is methods P1.4's: mass near one at least 0.95 while the loss is above half
            of the first, or a trusted eigenvalue beyond 1.02.
            """);
    }

    private ReportSection Detections(InitialisationProblem problem)
    {
        var table = new MarkdownTable(
            ["called bad by", "false alarms", .. options.Kinds.Skip(1).Select(k => k.Name)]);
        foreach (var rule in _rules)
        {
            table.Add([rule.Name, .. options.Kinds.Select(k => Share(Count(rule, problem, k.Name)))]);
        }

        return new ReportSection($"Found, {problem.Name}", $"""
            Of {Seeds} runs each, with the exact 95 % interval of the probability in percent.

            {table}
            """);
    }

    private ReportSection Losses()
    {
        var table = new MarkdownTable(
            "problem", "start", "first loss", "where judged", "at the end", "worst at the end");
        foreach (var problem in options.Problems)
        {
            foreach (var (kind, _) in options.Kinds)
            {
                var runs = Of(problem, kind);
                table.Add(
                    problem.Name, kind, Median(runs, r => r.StartLoss), Median(runs, r => r.JudgedLoss),
                    Median(runs, r => r.LastLoss), Number.Of(runs.Max(r => r.LastLoss)));
            }
        }

        return new ReportSection("How bad the starts are", $"""
            Medians over {Seeds} seeds of the mean square error: whether a start that is called bad deserves it. ∞: a
            run diverged, which every rule that waits for training counts as found.

            {table}
            """);
    }

    private ReportSection Spectra()
    {
        var figures = new Dictionary<string, Figure>();
        foreach (var problem in options.Problems.Where(p => p.Target == InitialisationProblem.Sine))
        {
            var key = problem.Name.Split(',')[0].Replace(' ', '-');
            figures[$"{key}-spectra"] = Plane(problem);
            figures[$"{key}-mass"] = Mass(problem);
            figures[$"{key}-loss"] = Loss(problem);
        }

        return new ReportSection("Spectra", $"""
            Of seeds 1 to {Math.Min(options.Drawn, Seeds)}: trusted eigenvalues of the snapshots that are judged; mass
            near one (eps = 0.01) of windows of 20 pairs, one ending at every fifth epoch; loss.
            """, figures);
    }

    private Figure Plane(InitialisationProblem problem) => new()
    {
        Title = $"Trusted eigenvalues of the first epochs: {problem.Name}",
        X = "Re λ",
        Y = "Im λ",
        IsComplexPlane = true,
        Series = [.. Drawn(problem).Select(r => new Series(r.Kind, r.Real, r.Imaginary) { AsPoints = true })],
    };

    private Figure Mass(InitialisationProblem problem) => new()
    {
        Title = $"Mass near one: {problem.Name}",
        X = "epoch that the window ends at",
        Y = "share of the importance",
        Series = [.. Drawn(problem).Select(r => new Series(
            r.Kind, [.. r.Masses.Select((_, i) => 20.0 + (i * InitialisationRun.Hop))], r.Masses))],
    };

    private Figure Loss(InitialisationProblem problem) => new()
    {
        Title = $"Loss: {problem.Name}",
        X = "epoch",
        Y = "mean square error",
        LogY = true,
        Series = [.. Drawn(problem).Select(r => new Series(r.Kind, [.. r.Loss.Select((_, i) => (double)i)], r.Loss))],
    };

    private IEnumerable<InitialisationResult> Drawn(InitialisationProblem problem) =>
        ((string[])[Good, InitialisationOptions.Bad]).SelectMany(kind => Of(problem, kind))
            .Where(r => r.Loss.Length > 0);

    private InitialisationResult[] Of(InitialisationProblem problem, string kind) =>
        [.. results.Where(r => r.Problem == problem.Name && r.Kind == kind)];

    private int Alarms(InitialisationProblem problem, string kind) =>
        Count(_rules[0], problem, kind);

    private int Count(InitialisationRule rule, InitialisationProblem problem, string kind) => rule.Count(
        [.. nulls.Where(r => r.Problem == problem.Name)], Of(problem, kind), options.FalseAlarms);

    private string Share(int count)
    {
        var (low, high) = ClopperPearson.Interval(count, Seeds);
        return $"{count} ({Percent.Invariant(100 * low, "0")} to {Percent.Invariant(100 * high, "0")})";
    }

    private static string Median(InitialisationResult[] runs, Func<InitialisationResult, double> of) =>
        Number.Of(Quantiles.At([.. runs.Select(of)], 0.5));
}
