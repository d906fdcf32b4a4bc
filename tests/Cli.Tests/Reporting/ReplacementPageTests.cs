using System.Text.Json;
using KoopmanMesh.Cli.Reporting;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>The page of a replacement as a browser sees it.</summary>
public sealed class ReplacementPageTests(OpenedReplacements pages) : IClassFixture<OpenedReplacements>
{
    [Theory]
    [InlineData("full wide", 2)]
    [InlineData("full narrow", 2)]
    [InlineData("nothing", 2)]
    [InlineData("hostile", 2)]
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
    public void Page_OfAFullReport_DrawsEveryCandidateHybridAndRung()
    {
        var page = pages["full wide"];

        Assert.Equal([60], Counts(page, "candidates"));
        Assert.Equal([3], Counts(page, "hybrids"));
        // Two regions and the outputs, on each of the three rungs.
        Assert.Equal([3, 3, 3], Counts(page, "rungs"));
    }

    [Fact]
    public void Page_OfAFullReport_ShowsTheNetworkWithWhatStandsInForIt()
    {
        var parts = Texts(pages["full wide"], "parts").ToList();

        Assert.Equal(6, parts.Count);
        Assert.StartsWith("poly:2", parts[3], StringComparison.Ordinal);
        Assert.StartsWith("affine", parts[4], StringComparison.Ordinal);
        Assert.Matches("dense_5\\s+dense_6", parts[4]);
    }

    [Fact]
    public void Page_OfNothing_SaysSoAndWhatToDo()
    {
        var text = pages["nothing"].GetProperty("text").GetString();

        Assert.Contains("Replace nothing: no candidate keeps accuracy", text, StringComparison.Ordinal);
        Assert.Contains("Next: --budget accuracy=0.1% would be about what", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfTheLeastReport_SaysWhatIsMissing()
    {
        var page = pages["least"];

        Assert.Equal(7, Texts(page, "parts").Count());
        Assert.Contains(
            "No candidate was evaluated.", page.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_WithHostileNames_ShowsThemAsText() =>
        Assert.Equal(Pages.Attack, pages["hostile"].GetProperty("heading").GetString());

    [Fact]
    public void Page_OfAReport_EmbedsItWhole()
    {
        const string open = "<script type=\"application/json\" id=\"report-data\">";
        var html = ReplacementPage.Render(SampleReplacements.Full(), SampleReplacements.Chain());

        var start = html.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var json = html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)];

        Assert.Equal(SampleReplacements.Full(), Replacement.V1.ReplacementReport.Parser.ParseJson(json));
        Assert.DoesNotContain("innerHTML", PageAssets.ReplacementScript, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Texts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static IEnumerable<int> Counts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetInt32());
}
