using System.Text.Json;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Reporting;

public sealed class ReportJsonTests
{
    [Fact]
    public void ToJson_ParsedAgain_IsTheSameReport()
    {
        var report = SampleReports.Full();

        Assert.Equal(report, ReportJson.Parse(ReportJson.ToJson(report)));
        Assert.Equal(report, ReportJson.Parse(ReportJson.ToCompactJson(report)));
    }

    [Fact]
    public void ToJson_OfAFullReport_HasTheDocumentedKeys()
    {
        using var json = JsonDocument.Parse(ReportJson.ToJson(SampleReports.Full()));
        var root = json.RootElement;
        var component = root.GetProperty("components")[0];

        Assert.Equal(1, root.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(0.9451, root.GetProperty("accuracy").GetProperty("original").GetDouble());
        Assert.Equal(-0.412, component.GetProperty("credit").GetProperty("canonical").GetDouble());
        Assert.Equal(69.31, component.GetProperty("credit").GetProperty("telescoped").GetDouble());
        Assert.True(root.GetProperty("total").TryGetProperty("logPdet", out _));
        Assert.True(root.GetProperty("total").TryGetProperty("canonicalLogPdet", out _));
        var value = component.GetProperty("spectrum").GetProperty("eigenpairs")[0].GetProperty("value");
        Assert.Equal(["re", "im"], value.EnumerateObject().Select(property => property.Name));
        Assert.Equal("10000", root.GetProperty("data").GetProperty("rows").GetString());
    }

    [Fact]
    public void ToJson_OfDefaults_WritesThem()
    {
        using var json = JsonDocument.Parse(ReportJson.ToJson(new Report { Parity = new Parity() }));

        Assert.Equal(0, json.RootElement.GetProperty("parity").GetProperty("maxRelativeDifference").GetDouble());
        Assert.False(json.RootElement.GetProperty("parity").GetProperty("bitwiseEqual").GetBoolean());
        Assert.Equal(0, json.RootElement.GetProperty("components").GetArrayLength());
    }

    [Fact]
    public void ToJson_OfUndefinedNumbers_LeavesThemOut()
    {
        var report = SampleReports.Least();
        report.Accuracy = null;
        report.Components[0].Credit.Canonical = double.NaN;
        report.Components[0].Credit.Telescoped = double.NegativeInfinity;
        report.Components[0].Spectrum.LogOperatorDet = double.PositiveInfinity;
        report.Components[0].Fit.ConditionNumber = double.PositiveInfinity;

        using var json = JsonDocument.Parse(ReportJson.ToJson(report));

        var component = json.RootElement.GetProperty("components")[0];
        Assert.False(json.RootElement.TryGetProperty("accuracy", out _));
        Assert.False(component.GetProperty("credit").TryGetProperty("canonical", out _));
        Assert.False(component.GetProperty("credit").TryGetProperty("telescoped", out _));
        Assert.False(component.GetProperty("spectrum").TryGetProperty("logOperatorDet", out _));
        Assert.Equal("Infinity", component.GetProperty("fit").GetProperty("conditionNumber").GetString());
        Assert.True(double.IsNaN(report.Components[0].Credit.Canonical), "The report itself must not change.");
    }

    [Fact]
    public void Parse_OfALaterSchema_IgnoresWhatItDoesNotKnow()
    {
        var report = ReportJson.Parse("""{"schemaVersion": 1, "runId": "r", "addedLater": {"x": 1}}""");

        Assert.Equal("r", report.RunId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1, 2")]
    [InlineData("{\"components\": 3}")]
    public void Parse_OfSomethingElse_SaysWhatWasExpected(string text)
    {
        var exception = Assert.Throws<ReportFormatException>(() => ReportJson.Parse(text));

        Assert.StartsWith("Expected the JSON of a KoopmanMesh report", exception.Message, StringComparison.Ordinal);
    }
}
