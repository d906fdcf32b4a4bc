using System.Text.Json;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>The page of a training run as a browser sees it.</summary>
public sealed class TrainingPageTests(OpenedTrainings pages) : IClassFixture<OpenedTrainings>
{
    [Theory]
    [InlineData("full wide", 5)]
    [InlineData("full narrow", 5)]
    [InlineData("hostile", 5)]
    [InlineData("least", 0)]
    public void Page_OfAnyReport_DrawsItselfWithoutErrorsRequestsOrForeignElements(string name, int plots)
    {
        var page = pages[name];

        Assert.Empty(Texts(page, "problems"));
        Assert.Empty(Texts(page, "requests"));
        Assert.Empty(Texts(page, "foreign"));
        Assert.Equal("", page.GetProperty("failure").GetString());
        Assert.Equal((plots, plots), (page.GetProperty("plots").GetInt32(), page.GetProperty("drawn").GetInt32()));
        Assert.Equal(0, page.GetProperty("overflow").GetInt32());
    }

    [Fact]
    public void Page_OfAFullReport_DrawsEveryWindowModeAndParameter()
    {
        var page = pages["full wide"];

        // Of the whole run only: layers have windows of their own.
        Assert.Equal([SampleTrainings.Windows], Counts(page, "rest"));
        Assert.Equal([4 * SampleTrainings.Windows], Counts(page, "eigenvalues"));
        Assert.Equal([3], Counts(page, "modes"));
        Assert.Equal([300], Counts(page, "parameters"));

        // By their magnitudes, whichever way they go.
        Assert.Equal([300], Counts(page, "errors"));
        Assert.Equal([101, 101], Counts(page, "losses"));
        Assert.Equal([10, 10], Counts(page, "forecasts"));
    }

    [Fact]
    public void Page_OfAFullReport_SaysWhatItIs()
    {
        var page = pages["full wide"];
        var text = page.GetProperty("text").GetString()!;

        Assert.Equal("mnist", page.GetProperty("heading").GetString());
        Assert.Contains("finished: 3 windows in a row", text, StringComparison.Ordinal);
        Assert.Contains("Step 250, unstable: an eigenvalue of modulus 1.03", text, StringComparison.Ordinal);
        Assert.Contains("the error is 0.21 of the growth; forecasts are worth trying", text, StringComparison.Ordinal);
        Assert.Contains("128×784", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfTheLeastReport_SaysWhatIsMissing()
    {
        var text = pages["least"].GetProperty("text").GetString()!;

        Assert.Contains("The run is shorter than a window, and has no losses.", text, StringComparison.Ordinal);
        Assert.Equal("1 tensor · 1 parameter · 3 snapshots", pages["least"].GetProperty("subtitle").GetString());
        Assert.Contains("Next: keep more checkpoints, or take a smaller --window.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_WithHostileNames_ShowsThemAsText() =>
        Assert.Equal(Pages.Attack, pages["hostile"].GetProperty("heading").GetString());

    [Fact]
    public void Page_OfAReport_EmbedsItWhole()
    {
        const string open = "<script type=\"application/json\" id=\"report-data\">";
        var html = TrainingPage.Render("mnist", SampleTrainings.Full(), []);

        var start = html.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var json = html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)];

        Assert.Equal(SampleTrainings.Full(), TrainingReport.Parser.ParseJson(json));
        Assert.DoesNotContain("innerHTML", PageAssets.TrainingScript, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Texts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static IEnumerable<int> Counts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetInt32());
}
