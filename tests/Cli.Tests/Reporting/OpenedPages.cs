using System.Text.Json;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>Pages the tests look at, opened once in one browser, which is slow to start.</summary>
public abstract class Pages : IAsyncLifetime
{
    /// <summary>A name that tries every way out of its data block and its text node.</summary>
    public const string Attack = "<b></script><img src=x onerror=alert(1)><!-- <script>alert(2)</script> {{script}} &lt;";

    private readonly string? _missing = Browser.Missing();

    private readonly Dictionary<string, JsonElement> _pages = [];

    public async ValueTask InitializeAsync()
    {
        if (_missing is not null)
        {
            return;
        }

        var visits = Visits();
        var seen = await Browser.OpenAsync([.. visits.Values], TestContext.Current.CancellationToken);
        foreach (var (name, page) in visits.Keys.Zip(seen))
        {
            _pages[name] = page;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What was seen on a page; skips the test where there is no browser.</summary>
    internal JsonElement this[string name]
    {
        get
        {
            Assert.SkipWhen(_missing is not null, _missing ?? "");
            return _pages[name];
        }
    }
    /// <summary>The pages by name.</summary>
    private protected abstract Dictionary<string, Visit> Visits();
}

/// <summary>Pages of analyses.</summary>
public sealed class OpenedPages : Pages
{
    private protected override Dictionary<string, Visit> Visits()
    {
        var full = HtmlReport.Render(SampleReports.Full());
        var least = HtmlReport.Render(SampleReports.Least());
        return new()
        {
            ["full wide"] = new(full, 1400, "light"),
            ["full narrow"] = new(full, 420, "dark"),
            ["hostile"] = new(HtmlReport.Render(SampleReports.Hostile(Attack)), 1000, "light"),
            ["least light"] = new(least, 700, "light"),
            ["least dark"] = new(least, 700, "dark"),
            ["empty"] = new(HtmlReport.Render(new Report()), 700, "dark"),
        };
    }
}

/// <summary>Pages of replacements.</summary>
public sealed class OpenedReplacements : Pages
{
    private protected override Dictionary<string, Visit> Visits()
    {
        var full = Render(SampleReplacements.Full());
        return new()
        {
            ["full wide"] = new(full, 1400, "light"),
            ["full narrow"] = new(full, 420, "dark"),
            ["nothing"] = new(Render(SampleReplacements.Nothing()), 1000, "dark"),
            ["least"] = new(Render(SampleReplacements.Least()), 700, "light"),
            ["hostile"] = new(Render(SampleReplacements.Hostile(Attack)), 1000, "light"),
        };
    }

    private static string Render(ReplacementReport report) =>
        ReplacementPage.Render(report, SampleReplacements.Chain());
}

/// <summary>Pages of training runs.</summary>
public sealed class OpenedTrainings : Pages
{
    private protected override Dictionary<string, Visit> Visits()
    {
        var full = TrainingPage.Render("mnist", SampleTrainings.Full(), ["left out: 1 integer tensor"]);
        return new()
        {
            ["full wide"] = new(full, 1400, "light"),
            ["full narrow"] = new(full, 420, "dark"),
            ["least"] = new(TrainingPage.Render("w.npy", SampleTrainings.Least(), []), 700, "light"),
            ["hostile"] = new(TrainingPage.Render(Attack, SampleTrainings.Hostile(Attack), [Attack]), 1000, "dark"),
        };
    }
}
