using System.Globalization;
using System.Xml.Linq;
using KoopmanMesh.Experiments.Dynamics.Figures;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class FigureSvgTests
{
    [Fact]
    public void Write_LinearAxes_PlacesPointsInProportion()
    {
        var svg = Draw(Figure(new Series("runs", [0, 1, 4], [10, 20, 50]) { AsPoints = true }));

        var (a, b, c) = (Points(svg)[0], Points(svg)[1], Points(svg)[2]);
        Assert.Equal(4, (c.X - a.X) / (b.X - a.X), 0.01);
        Assert.Equal(4, (c.Y - a.Y) / (b.Y - a.Y), 0.01);
        Assert.True(c.X > a.X && c.Y < a.Y, "right is more and up is more");
    }

    [Fact]
    public void Write_LogAxis_PlacesDecadesAtEqualDistances()
    {
        var svg = Draw(Figure(new Series("loss", [1, 2, 3], [1, 0.1, 0.01]) { AsPoints = true }) with { LogY = true });

        var points = Points(svg);
        Assert.Equal(points[1].Y - points[0].Y, points[2].Y - points[1].Y, 0.02);
        Assert.Contains("0.01", Texts(svg));
    }

    [Fact]
    public void Write_ComplexPlane_DrawsTheUnitCircleThroughOne()
    {
        var figure = Figure(new Series("eigenvalues", [1, 0, 0.5], [0, 1, 0]) { AsPoints = true })
            with
        { IsComplexPlane = true };

        var svg = Draw(figure);

        var circle = svg.Descendants().Single(e => (string?)e.Attribute("class") == "circle");
        var (x, y, r) = (Number(circle, "cx"), Number(circle, "cy"), Number(circle, "r"));
        var points = Points(svg);
        Assert.Equal([x + r, y, x, y - r, x + (r / 2), y], points.SelectMany(p => (double[])[p.X, p.Y]), Near);
    }

    [Fact]
    public void Write_WhatCannotBeDrawn_BreaksTheLine()
    {
        var line = new Series("loss", [1, 2, 3, 4, 5], [1, 2, double.NaN, 4, 5]);

        var svg = Draw(Figure(line));
        var log = Draw(Figure(line with { Y = [1, 2, 0, 4, 5] }) with { LogY = true });

        Assert.Equal(2, Line(svg).Count(c => c == 'M'));
        Assert.Equal(2, Line(log).Count(c => c == 'M'));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SeriesOfOneName_ShareOneColourAndOneEntry()
    {
        var svg = Draw(Figure(
            new Series("good", [0, 1], [1, 1]), new Series("bad", [0, 1], [2, 2]), new Series("good", [0, 1], [3, 3])));

        Assert.Single(Texts(svg), "good");
        Assert.Equal(3, svg.Descendants().Count(e => (string?)e.Attribute("class") == "line c0"));
        Assert.Equal(2, svg.Descendants().Count(e => (string?)e.Attribute("class") == "line c1"));
    }

    [Fact]
    public void Write_Band_RunsAlongItsLowerAndBackAlongItsUpperEnd()
    {
        var svg = Draw(Figure(new Series("loss", [0, 1], [1, 2]) { Band = ([0, 1], [2, 3]) }));

        var band = (string?)svg.Descendants().Single(e => (string?)e.Attribute("class") == "band c0").Attribute("d");
        Assert.Equal(3, band!.Count(c => c == 'L'));
        Assert.EndsWith("Z", band, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0.0, 1 }, "0,0.2,0.4,0.6,0.8,1")]
    [InlineData(new[] { -3e-5, 3e-5 }, "-2e-5,0,2e-5")]
    [InlineData(new[] { 5.0 }, "3,4,5,6,7")]
    [InlineData(new double[0], "0,0.2,0.4,0.6,0.8,1")]
    public void Ticks_LinearAxis_AreRoundAndInRange(double[] values, string expected)
    {
        var axis = FigureAxis.Over(isLog: false, values, (0, 100));

        Assert.Equal(expected, string.Join(',', axis.Ticks().Select(t => t.Label)));
    }

    [Fact]
    public void Write_SameFigure_IsTheSameText()
    {
        var figure = Figure(new Series("<a> & \"b\"", [0, 1], [1, 2]));

        Assert.Equal(FigureSvg.Write(figure), FigureSvg.Write(figure));
        Assert.Equal("{http://www.w3.org/2000/svg}svg", Draw(figure).Name);
    }

    [Fact]
    public void Write_SeriesOfDifferentLengths_IsRefusedInOneSentence()
    {
        var error = Assert.Throws<ArgumentException>(
            () => FigureSvg.Write(Figure(new Series("loss", [0, 1], [1]))));

        Assert.StartsWith(
            "series 'loss' of 'title' has 2 values across, 1 up and a band of 0 and 0, expected as many of each",
            error.Message, StringComparison.Ordinal);
    }

    // Pixels are written to two decimals.
    private static bool Near(double a, double b) => Math.Abs(a - b) < 0.03;

    private static Figure Figure(params Series[] series) =>
        new() { Title = "title", X = "across", Y = "up", Series = series };

    private static XElement Draw(Figure figure) => XElement.Parse(FigureSvg.Write(figure));

    private static (double X, double Y)[] Points(XElement svg) => [.. svg.Descendants()
        .Where(e => ((string?)e.Attribute("class"))?.StartsWith("point", StringComparison.Ordinal) is true)
        .Select(e => (Number(e, "cx"), Number(e, "cy")))];

    private static string Line(XElement svg) =>
        (string)svg.Descendants().First(e => (string?)e.Attribute("class") == "line c0").Attribute("d")!;

    private static IEnumerable<string> Texts(XElement svg) =>
        svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value);

    private static double Number(XElement element, string name) =>
        double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}
