using System.Text.Json;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>The page as a browser sees it.</summary>
public sealed class HtmlReportPageTests(OpenedPages pages) : IClassFixture<OpenedPages>
{
    [Theory]
    [InlineData("full wide")]
    [InlineData("full narrow")]
    [InlineData("hostile")]
    [InlineData("least light")]
    [InlineData("least dark")]
    [InlineData("empty")]
    public void Page_OfAnyReport_HasNoErrorsRequestsOrForeignElements(string name)
    {
        var page = pages[name];

        Assert.Empty(Texts(page, "problems"));
        Assert.Empty(Texts(page, "requests"));
        Assert.Empty(Texts(page, "foreign"));
        Assert.Equal("", page.GetProperty("failure").GetString());
        Assert.Equal(page.GetProperty("plots").GetInt32(), page.GetProperty("drawn").GetInt32());
        Assert.Equal(0, page.GetProperty("overflow").GetInt32());
    }

    [Theory]
    [InlineData("full wide", 1 + 2 + 7 + 6)] // Credit, one a claim, seven decays, six circles: the dead one has none.
    [InlineData("full narrow", 1 + 2 + 7 + 6)]
    [InlineData("least light", 1 + 1)]
    [InlineData("empty", 0)]
    public void Page_OfAReport_DrawsAPlotForEverythingThatIsThere(string name, int plots)
    {
        Assert.Equal(plots, pages[name].GetProperty("plots").GetInt32());
    }

    [Fact]
    public void Page_OfAFullReport_DrawsThePointsOfTheReport()
    {
        var components = SampleReports.Full().Components;

        var page = pages["full wide"];

        Assert.Equal([6], Counts(page, "bars"));
        Assert.Equal([6, 6], Counts(page, "effects"));
        Assert.Equal(Enumerable.Repeat(24, 6), Counts(page, "eigenvalues"));
        Assert.Equal(components.Select(c => c.Fit.SingularValues.Count), Counts(page, "decays"));
    }

    [Fact]
    public void Page_SwitchedToTelescoped_DrawsTelescopedCredits()
    {
        var expected = SampleReports.Full().Components
            .Select(c => c.Credit.HasTelescoped ? c.Credit.Telescoped : (double?)null);

        var bars = pages["full wide"].GetProperty("barsAfter").EnumerateArray();

        Assert.Equal(expected, bars.Select(x => x.ValueKind == JsonValueKind.Null ? (double?)null : x.GetDouble()));
    }

    [Fact]
    public void Page_WithHostileNames_ShowsThemAsText()
    {
        var page = pages["hostile"];

        Assert.Equal(OpenedPages.Attack, page.GetProperty("heading").GetString());
        Assert.StartsWith(OpenedPages.Attack, page.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.All(Texts(page, "labels"), label => Assert.Matches("^[0-6]  <b></script>.*…", label));
        Assert.Equal(7, Texts(page, "labels").Count());
    }

    [Fact]
    public void Page_OfTheLeastReport_SaysWhatIsMissing()
    {
        var text = pages["least light"].GetProperty("text").GetString();

        Assert.Contains("The audit was switched off.", text, StringComparison.Ordinal);
        Assert.Contains("it has no interior cut", text, StringComparison.Ordinal);
        Assert.Contains("5 dimensions and the output none", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_InEitherScheme_HasItsBackground()
    {
        Assert.Equal("rgb(244, 246, 248)", pages["least light"].GetProperty("background").GetString());
        Assert.Equal("rgb(15, 20, 26)", pages["least dark"].GetProperty("background").GetString());
    }

    private static IEnumerable<string?> Texts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static IEnumerable<int> Counts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetInt32());
}
