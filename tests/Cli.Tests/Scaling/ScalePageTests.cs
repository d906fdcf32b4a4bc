using System.Text.Json;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Cli.Tests.Reporting;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>The page of a study as a browser sees it.</summary>
public sealed class ScalePageTests(OpenedStudies pages) : IClassFixture<OpenedStudies>
{
    [Theory]
    [InlineData("full wide", 5)]
    [InlineData("full narrow", 5)]
    [InlineData("weak", 5)]
    [InlineData("hostile", 5)]
    [InlineData("least", 2)]
    public void Page_OfAnyStudy_DrawsItselfWithoutErrorsRequestsOrForeignElements(string name, int plots)
    {
        var page = pages[name];

        Assert.Empty(page.GetProperty("problems").EnumerateArray());
        Assert.Empty(page.GetProperty("requests").EnumerateArray());
        Assert.Empty(page.GetProperty("foreign").EnumerateArray());
        Assert.Equal("", page.GetProperty("failure").GetString());
        Assert.Equal((plots, plots), (page.GetProperty("plots").GetInt32(), page.GetProperty("drawn").GetInt32()));
        Assert.Equal(0, page.GetProperty("overflow").GetInt32());
    }

    [Fact]
    public void Page_OfAFullStudy_DrawsEveryPointOfEveryCurve()
    {
        var page = pages["full wide"];

        Assert.Equal([3, 3], Counts(page, "speedups"));
        Assert.Equal([3, 3, 3], Counts(page, "taking"));
        Assert.Equal([6, 6, 6], Counts(page, "walls"));
    }

    [Fact]
    public void Page_OfAFullStudy_SaysWhatItFound()
    {
        var text = pages["full wide"].GetProperty("text").GetString()!;

        Assert.Contains("10,000 rows take 0.65 s with 4 replicas, 2.00 s with 1", text, StringComparison.Ordinal);
        Assert.Contains("as if 10.0 % of it were serial", text, StringComparison.Ordinal);
        Assert.Contains("This machine has 2 cores for up to 8 replicas", text, StringComparison.Ordinal);
        Assert.Contains("capture-3", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_WithHostileNames_ShowsThemAsText() => Assert.Contains(
        Pages.Attack, pages["hostile"].GetProperty("heading").GetString()!, StringComparison.Ordinal);

    [Fact]
    public void Page_OfAMeshThatTellsOfNoWork_SaysSo() => Assert.Contains(
        "The mesh told of no pieces of work.", pages["least"].GetProperty("text").GetString()!,
        StringComparison.Ordinal);

    [Fact]
    public void Script_OfThePage_NeverMakesMarkupOfText() =>
        Assert.DoesNotContain("innerHTML", PageAssets.ScaleScript, StringComparison.Ordinal);

    private static IEnumerable<int> Counts(JsonElement page, string name) =>
        page.GetProperty(name).EnumerateArray().Select(item => item.GetInt32());
}

/// <summary>Pages of studies.</summary>
public sealed class OpenedStudies : Pages
{
    private protected override Dictionary<string, Visit> Visits()
    {
        var full = ScalePage.Render(SampleStudies.Full());
        return new()
        {
            ["full wide"] = new(full, 1400, "light"),
            ["full narrow"] = new(full, 420, "dark"),
            ["weak"] = new(ScalePage.Render(SampleStudies.Full(weak: true)), 1000, "light"),
            ["least"] = new(ScalePage.Render(SampleStudies.Least()), 700, "light"),
            ["hostile"] = new(ScalePage.Render(SampleStudies.Full(Attack)), 1000, "dark"),
        };
    }
}
