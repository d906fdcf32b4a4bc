using KoopmanMesh.Cli.Output;
using KoopmanMesh.Operator.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Tests.Output;

public sealed class OperatorTableTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Write_AtAnyWidth_FitsAndShowsConjugatesOnce(int width)
    {
        var lines = Lines(width, Rotation());

        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
        Assert.Equal("exact-dmd of x.npy: 3 features x 60 snapshots", lines[0].TrimEnd());

        // 0.98 exp(+-0.3 i) and a step of 0.1: log 0.98 / 0.1 and 0.3 / 0.1 / 2 pi.
        var pair = Assert.Single(lines, line => line.Contains("0.9362 ± 0.2896i", StringComparison.Ordinal));
        Assert.Matches(@"0\.9800 +0\.4775 +-0\.2020 +7\.0e-16 +0\.404 █", pair);
        var real = Assert.Single(lines, line => line.Contains(" 0.8000  0.8000 ", StringComparison.Ordinal));
        Assert.Matches(@" 0\.0000 +-2\.2314 +n/a ", real);
        Assert.Contains(lines, line => line.StartsWith("caution  the data is noisy", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Replicates_ShowsDeviationsWhereIntervalsHaveNoRoom()
    {
        Assert.Contains(Lines(80, Rotation()), line => line.TrimEnd().EndsWith(" 0.005", StringComparison.Ordinal));
        Assert.Contains(
            Lines(120, Rotation()), line => line.Contains("0.9300…0.9400  0.2800…0.3000", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_ManyEigenvalues_SaysHowManyAreNotShown()
    {
        var report = new OperatorReport { Method = "exact-dmd", Rank = 45, Quality = new FitQuality() };
        for (var i = 0; i < 45; i++)
        {
            report.Eigenpairs.Add(Pair(1 - (0.01 * i), 0));
        }

        Assert.Contains(Lines(80, report), line => line.TrimEnd() == "15 more with smaller |λ|; --json lists them");
    }

    [Fact]
    public void Write_TerminalWithoutUnicode_SpellsSymbols()
    {
        var lines = Lines(80, Rotation(), unicode: false);

        Assert.All(lines, line => Assert.True(line.All(char.IsAscii), line));
        Assert.Contains(lines, line => line.Contains("0.9362 +- 0.2896i", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_NoEigenvalue_SaysSo() =>
        Assert.Contains("no eigenvalue was kept", Lines(80, new OperatorReport { Method = "exact-dmd" }));

    [Theory]
    [InlineData(0.02, 0.03, 0.3, null)]
    [InlineData(1e-15, 2e-15, 1e-15, null)]
    [InlineData(0.02, 0.4, 0.3, "the operator misses 40.0 %, predicting no change 30.0 %: do not believe")]
    [InlineData(0.02, 0.25, 0.3, "unseen pairs are missed by 25.0 %, fitted ones by 2.0 %: 3 directions are too many")]
    public void Write_Errors_CautionsWhereTheFitIsNotToBeBelieved(
        double fitted, double unseen, double persistence, string? caution)
    {
        var report = Rotation();
        report.Warnings.Clear();
        report.Quality = new FitQuality
        {
            FitError = fitted,
            HoldOutError = unseen,
            PersistenceError = persistence,
            ConditionNumber = 4.2,
        };

        var text = string.Join(' ', Lines(200, report));

        Assert.Equal(caution is not null, text.Contains("caution", StringComparison.Ordinal));
        Assert.Contains(caution ?? "one step ahead: fitted pairs ", text, StringComparison.Ordinal);
    }

    private static OperatorReport Rotation()
    {
        var (re, im) = (0.98 * Math.Cos(0.3), 0.98 * Math.Sin(0.3));
        var (upper, lower, real) = (Pair(re, im), Pair(re, -im), Pair(0.8, 0));
        (upper.Residual, lower.Residual) = (7e-16, 7e-16);
        (upper.ReDeviation, upper.ImDeviation) = (0.003, 0.004);
        (upper.ReInterval, upper.ImInterval) =
            (new Interval { Low = 0.93, High = 0.94 }, new Interval { Low = 0.28, High = 0.30 });
        return new OperatorReport
        {
            Method = "exact-dmd",
            Dictionary = "x",
            Observables = 3,
            Rank = 3,
            Eigenpairs = { upper, lower, real },
            Quality = new FitQuality { FitError = 1e-15, PersistenceError = 0.3, ConditionNumber = 4.2, Basis = "Svd" },
            Replicates = new Replicates { Used = 50 },
            Warnings = { "the data is noisy" },
        };
    }

    private static Eigenpair Pair(double re, double im) => new()
    {
        Value = new ComplexNumber { Re = re, Im = im },
        Continuous = new ComplexNumber
        {
            Re = Math.Log(Math.Sqrt((re * re) + (im * im))) / 0.1,
            Im = Math.Atan2(im, re) / 0.1,
        },
        Importance = 0.404,
    };

    private static string[] Lines(int width, OperatorReport report, bool unicode = true)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        (console.Profile.Width, console.Profile.Capabilities.Unicode) = (width, unicode);
        OperatorTable.Write(console, "x.npy: 3 features x 60 snapshots", report);
        return writer.ToString().TrimEnd().Split('\n');
    }
}
