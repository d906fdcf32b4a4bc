using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KoopmanMesh.Cli.Reporting;

namespace KoopmanMesh.Cli.Tests.Reporting;

/// <summary>The page as text, for what needs no browser.</summary>
public sealed partial class HtmlReportTests
{
    [Fact]
    public void Render_OfAnyReport_EmbedsTheReportItself()
    {
        var report = SampleReports.Full();

        var html = HtmlReport.Render(report);

        var json = Block(html, "report-data");
        Assert.Equal(report, ReportJson.Parse(json));
    }

    [Fact]
    public void Render_WithMarkupInNames_LeavesNoneInTheDataBlocks()
    {
        const string attack = "</SCRIPT><!--<script>&";

        var html = HtmlReport.Render(SampleReports.Hostile(attack));

        foreach (var id in (string[])["report-data", "findings-data"])
        {
            var json = Block(html, id);
            Assert.DoesNotContain('<', json);
            Assert.DoesNotContain('>', json);
            Assert.Contains("SCRIPT", json, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(attack, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_WithAPlaceholderInAName_DoesNotFillIt()
    {
        var html = HtmlReport.Render(SampleReports.Hostile("{{plotly}}"));

        Assert.Equal("{{plotly}}", ReportJson.Parse(Block(html, "report-data")).Model.Name);
        Assert.Contains("<title>{{plotly}} ", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAnyReport_AllowsExactlyItsOwnScripts()
    {
        var html = HtmlReport.Render(SampleReports.Least());

        var policy = Policy().Match(html).Groups[1].Value;
        var hashes = Script().Matches(html)
            .Select(match => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups[1].Value))))
            .ToList();
        Assert.Equal(2, hashes.Count);
        var sources = string.Join(' ', hashes.Select(hash => $"'sha256-{hash}'"));
        Assert.Contains($"script-src {sources};", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAnyReport_LoadsNothingFromElsewhere()
    {
        var html = HtmlReport.Render(SampleReports.Full());

        Assert.DoesNotMatch(Reference(), html[..html.IndexOf("<script>", StringComparison.Ordinal)]);
        Assert.DoesNotContain("@import", PageAssets.Style, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", PageAssets.Style, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", PageAssets.Script, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OfAFullReport_EmbedsItsFindings()
    {
        var report = SampleReports.Full();

        var html = HtmlReport.Render(report);

        using var findings = JsonDocument.Parse(Block(html, "findings-data"));
        Assert.Equal(
            ReportFindings.Of(report).Select(finding => finding.Text),
            findings.RootElement.EnumerateArray().Select(finding => finding.GetProperty("text").GetString()));
    }

    private static string Block(string html, string id)
    {
        var open = $"<script type=\"application/json\" id=\"{id}\">";
        var start = html.IndexOf(open, StringComparison.Ordinal) + open.Length;
        return html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("(src|href)=\"(?!#)", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();
}
