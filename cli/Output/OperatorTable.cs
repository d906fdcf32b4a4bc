using System.Globalization;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Operator.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace KoopmanMesh.Cli.Output;

/// <summary>An operator on a terminal: how it was fitted and how well, its eigenvalues, the warnings.</summary>
internal static class OperatorTable
{
    // From here on the parts of an eigenvalue have room for their intervals.
    private const int WideFrom = 110;

    private const int MostRows = 30;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    private static readonly Style Dim = new(Color.Grey);

    private static readonly Style Flagged = new(Color.Yellow);

    private static readonly Style Bar = new(Color.Blue);

    /// <summary>Of labels before a line.</summary>
    public static Style Label => Dim;

    /// <summary>Writes <paramref name="report"/> for the width and colours <paramref name="console"/> has.</summary>
    public static void Write(IAnsiConsole console, string data, OperatorReport report)
    {
        var terminal = new TerminalText(console);
        terminal.WriteLine((report.Method, Bold), ($" of {data}", null));
        terminal.WriteLines([.. Facts(report)]);
        WriteEigenvalues(terminal, report);
        var cautions = report.Warnings.Concat(FitFindings.Of(report));
        terminal.WriteLines([.. cautions.Select(text => ("caution", Flagged, text))]);
    }

    private static IEnumerable<(string Label, Style Style, string Text)> Facts(OperatorReport report)
    {
        var quality = report.Quality ?? new FitQuality();
        var rank = quality.Rank ?? new RankDecision();
        var delays = report.Delays > 1 ? $", {report.Delays} delays" : "";
        yield return ("rank", Dim,
            $"{report.Rank} of {report.Observables} observables ({report.Dictionary}{delays}): {rank.Reason}");
        var errors = new List<string>();
        Add(errors, "fitted pairs", quality.HasFitError, quality.FitError);
        Add(errors, "unseen pairs", quality.HasHoldOutError, quality.HoldOutError);
        Add(errors, "predicting no change", quality.HasPersistenceError, quality.PersistenceError);
        if (errors.Count > 0)
        {
            yield return ("error", Dim, $"one step ahead: {string.Join(" · ", errors)}");
        }

        yield return ("digits", Dim,
            $"condition {Numbers.Small(quality.ConditionNumber)} costs "
            + $"{Math.Max(0, quality.DigitsLost).ToString("0.0", CultureInfo.InvariantCulture)} of 16 · "
            + $"{quality.Basis.ToLowerInvariant()} · {quality.LinearAlgebra} · {Numbers.Small(report.Seconds)} s");
        if (report.Replicates is { } replicates)
        {
            var failed = replicates.Failed > 0 ? $", {Numbers.Count(replicates.Failed)} more failed" : "";
            yield return ("intervals", Dim, $"95 % over {Numbers.Count(replicates.Used)} replicates{failed}");
        }
    }

    private static void Add(List<string> errors, string name, bool known, double error)
    {
        if (known)
        {
            errors.Add($"{name} {(error < 0.01 ? Numbers.Small(error) : Numbers.Percent(error))}");
        }
    }

    private static void WriteEigenvalues(TerminalText terminal, OperatorReport report)
    {
        // Of conjugates, which are neighbours, the one with the positive imaginary part stands for both.
        var shown = report.Eigenpairs.Where(pair => pair.Value.Im >= 0).Take(MostRows).ToArray();
        if (shown.Length == 0)
        {
            terminal.WriteLine(("no eigenvalue was kept", Flagged));
            return;
        }

        var intervals = Array.Exists(shown, pair => pair.ReInterval is not null);
        var wide = terminal.Width >= WideFrom;
        var residuals = Residuals(shown, wide);
        var table = terminal.Table();
        table.AddColumns(
        [
            terminal.Column("Eigenvalue", number: true, Bold), terminal.Column("|λ|", number: true),
            terminal.Column("Frequency", number: true), terminal.Column("Growth", number: true),
            .. residuals.Select(r => terminal.Column(r.Title, number: true)), terminal.Column("Importance"),
        ]);
        if (intervals)
        {
            table.AddColumns(wide
                ? [terminal.Column("Re 95 %", number: true), terminal.Column("Im 95 %", number: true)]
                : [terminal.Column("± s.d.", number: true)]);
        }

        var largest = shown.Max(pair => pair.Importance);
        foreach (var pair in shown)
        {
            var share = largest > 0 ? pair.Importance / largest : 0;
            table.AddRow(
            [
                .. Dynamics(terminal, pair), .. residuals.Select(r => terminal.Plain(r.Text(pair))),
                terminal.Plain($"{Numbers.Small(pair.Importance),7} {terminal.Bar(share, wide ? 10 : 4)}", Bar),
                .. intervals ? Certainty(terminal, pair, wide) : [],
            ]);
        }

        terminal.Write(table);
        WriteRest(terminal, report, shown);
    }

    private static void WriteRest(TerminalText terminal, OperatorReport report, Eigenpair[] shown)
    {
        var listed = shown.Sum(pair => pair.Value.Im > 0 ? 2 : 1);
        if (report.Rank > listed)
        {
            var rest = Numbers.Count(report.Rank - listed);
            terminal.WriteLine(($"{rest} more with smaller |λ|; --json lists them", Dim));
        }
    }

    private static IEnumerable<IRenderable> Dynamics(TerminalText terminal, Eigenpair pair)
    {
        yield return terminal.Plain(Eigenvalue(pair.Value), Bold);
        yield return terminal.Plain(Digits(double.Hypot(pair.Value.Re, pair.Value.Im), 4));
        yield return terminal.Plain(Digits(Math.Abs(pair.Continuous.Im) / (2 * Math.PI), 4));
        yield return terminal.Plain(double.IsFinite(pair.Continuous.Re) ? Digits(pair.Continuous.Re, 4) : "-∞");
    }

    // The one on held-out pairs says more; a narrow terminal has room for one.
    private static (string Title, Func<Eigenpair, string> Text)[] Residuals(Eigenpair[] shown, bool wide)
    {
        (string, Func<Eigenpair, string>) regression =
            ("Residual", pair => pair.HasResidual ? Numbers.Small(pair.Residual) : Numbers.Undefined);
        (string, Func<Eigenpair, string>) data =
            ("On data", pair => pair.HasDataResidual ? Numbers.Small(pair.DataResidual) : Numbers.Undefined);
        var tested = Array.Exists(shown, pair => pair.HasDataResidual);
        return (tested, wide) switch
        {
            (true, true) => [regression, data],
            (true, false) => [data],
            _ => [regression],
        };
    }

    private static IEnumerable<IRenderable> Certainty(TerminalText terminal, Eigenpair pair, bool wide)
    {
        if (wide)
        {
            yield return terminal.Plain(Range(pair.ReInterval), Dim);
            yield return terminal.Plain(pair.Value.Im == 0 ? "" : Range(pair.ImInterval), Dim);
        }
        else
        {
            yield return terminal.Plain(Deviation(pair), Dim);
        }
    }

    private static string Eigenvalue(ComplexNumber value) => value.Im == 0
        ? Digits(value.Re, 4)
        : $"{Digits(value.Re, 4)} ± {Digits(value.Im, 4)}i";

    private static string Range(Interval? interval) =>
        interval is null ? "" : $"{Digits(interval.Low, 4)}…{Digits(interval.High, 4)}";

    private static string Deviation(Eigenpair pair) => pair.HasReDeviation && pair.HasImDeviation
        ? Numbers.Small(double.Hypot(pair.ReDeviation, pair.ImDeviation))
        : "";

    // Fixed decimals line up; what is far from one is told by its power of ten.
    internal static string Digits(double value, int decimals)
    {
        var size = Math.Abs(value);
        var text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return size is >= 1e5 or (> 0 and < 1e-3) ? value.ToString("0.00e+0", CultureInfo.InvariantCulture)
            : text.Trim('-', '0', '.').Length == 0 ? text.TrimStart('-') : text;
    }
}
