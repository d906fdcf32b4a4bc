using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace KoopmanMesh.Experiments.Dynamics.Figures;

/// <summary>
/// Draws a figure as SVG that needs nothing else: colours for light and dark pages, series of one name in one colour
/// and once in the legend. The same figure gives the same text.
/// </summary>
public static class FigureSvg
{
    private const int Colours = 8;
    private const double Left = 76;
    private const double Top = 40;
    private const double Bottom = 56;
    private const double Right = 20;
    private const double Wide = 560;
    private const double Square = 400;
    private const double High = 330;
    private const double LetterWidth = 6.6;
    private const double Line = 18;

    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    // Okabe and Ito's colours, which the colour-blind tell apart; lighter ones of the same hues on dark pages.
    private const string Style =
        """
        text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:14px;font-weight:600}
        .page{fill:#fff}.frame{fill:none;stroke:#8c959f}.grid{stroke:#d8dee4;stroke-width:.7}
        .circle{fill:none;stroke:#8c959f;stroke-dasharray:4 3}
        .line{fill:none;stroke-width:1.6;stroke-linejoin:round}.band{fill-opacity:.18;stroke:none}
        .bar{stroke-width:1.2}.point{stroke:none;fill-opacity:.75}
        .c0{--c:#0072b2}.c1{--c:#d55e00}.c2{--c:#009e73}.c3{--c:#cc79a7}
        .c4{--c:#b8860b}.c5{--c:#56b4e9}.c6{--c:#6f42c1}.c7{--c:#57606a}
        .line,.bar{stroke:var(--c)}.band,.point{fill:var(--c)}
        @media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#30363d}
        .c0{--c:#58a6ff}.c1{--c:#ff9b5e}.c2{--c:#3fd69b}.c3{--c:#f0a6cf}
        .c4{--c:#e3b341}.c5{--c:#a5d8ff}.c6{--c:#bc9cff}.c7{--c:#9aa4af}}
        """;

    /// <summary>The figure as an SVG document.</summary>
    /// <exception cref="ArgumentException">A series has not as many values on both axes, or a band of another
    /// length.</exception>
    public static string Write(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        Check(figure);
        var names = figure.Series.Select(s => s.Name).Distinct().ToArray();
        var legend = names.Length > 1 ? 30 + (LetterWidth * names.Max(n => n.Length)) : 0;
        var (wide, high) = figure.IsComplexPlane ? (Square, Square) : (Wide, High);
        var width = Left + wide + Right + legend;
        var height = Math.Max(Top + high + Bottom, Top + (Line * names.Length));
        var (x, y) = Axes(figure, wide, high);
        var plot = new XElement(
            _svg + "g", new XAttribute("clip-path", "url(#plot)"), Circle(figure, x, y),
            figure.Series.SelectMany(s => Drawn(s, Array.IndexOf(names, s.Name), x, y)));
        var root = new XElement(
            _svg + "svg", new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            new XAttribute("width", Number(width)), new XAttribute("height", Number(height)),
            new XAttribute("role", "img"), new XElement(_svg + "title", figure.Title),
            new XElement(_svg + "style", Style),
            new XElement(
                _svg + "clipPath", new XAttribute("id", "plot"), Rectangle(null, Left, Top, wide, high)),
            Rectangle("page", 0, 0, width, height), Text(figure.Title, Left, 24, "title"),
            Grid(x, y, wide, high), plot, Rectangle("frame", Left, Top, wide, high), Labels(figure, wide, high),
            names.Length > 1 ? Legend(figure, names, Left + wide + Right) : null);
        return root.ToString(SaveOptions.None).ReplaceLineEndings("\n") + "\n";
    }

    private static void Check(Figure figure)
    {
        foreach (var series in figure.Series)
        {
            if (series.X.Count != series.Y.Count
                || (series.Band is { } band && (band.Low.Count, band.High.Count) != (series.X.Count, series.X.Count)))
            {
                throw new ArgumentException(
                    $"series '{series.Name}' of '{figure.Title}' has {series.X.Count} values across, {series.Y.Count} "
                    + $"up and a band of {series.Band?.Low.Count ?? 0} and {series.Band?.High.Count ?? 0}, expected as "
                    + "many of each",
                    nameof(figure));
            }
        }
    }

    private static (FigureAxis X, FigureAxis Y) Axes(Figure figure, double wide, double high)
    {
        double[] circle = figure.IsComplexPlane ? [-1, 1] : [];
        var x = FigureAxis.Over(
            figure.LogX, figure.Series.SelectMany(s => s.X).Concat(circle), (Left, Left + wide));
        var y = FigureAxis.Over(
            figure.LogY,
            figure.Series.SelectMany(s => s.Y.Concat(s.Band is { } band ? band.Low.Concat(band.High) : []))
                .Concat(circle),
            (Top + high, Top));
        return figure.IsComplexPlane ? FigureAxis.WithOneUnit(x, y) : (x, y);
    }

    private static IEnumerable<XElement> Drawn(Series series, int name, FigureAxis x, FigureAxis y)
    {
        var colour = $"c{name % Colours}";
        var points = series.X.Zip(series.Y, (a, b) => Place(x, y, a, b)).ToArray();
        if (series.Band is { } band)
        {
            var low = series.X.Zip(band.Low, (a, b) => Place(x, y, a, b)).ToArray();
            var high = series.X.Zip(band.High, (a, b) => Place(x, y, a, b)).ToArray();
            var both = Enumerable.Range(0, low.Length).Where(i => low[i] is not null && high[i] is not null).ToArray();
            if (series.AsPoints)
            {
                yield return Path($"bar {colour}", both.Select(i => $"M{low[i]}L{high[i]}"));
            }
            else if (both.Length > 0)
            {
                yield return Path(
                    $"band {colour}",
                    [$"M{string.Join('L', both.Select(i => low[i]).Concat(both.Reverse().Select(i => high[i])))}Z"]);
            }
        }

        if (series.AsPoints)
        {
            foreach (var point in series.X.Zip(series.Y).Where(p => Place(x, y, p.First, p.Second) is not null))
            {
                yield return Dot(x.At(point.First)!.Value, y.At(point.Second)!.Value, colour);
            }
        }
        else
        {
            yield return Path($"line {colour}", Strokes(points));
        }
    }

    // A line is broken where a value is left out.
    private static IEnumerable<string> Strokes(string?[] points) => points.Select(
        (point, i) => point is null ? "" : i > 0 && points[i - 1] is not null ? $"L{point}" : $"M{point}");

    private static XElement? Circle(Figure figure, FigureAxis x, FigureAxis y) => figure.IsComplexPlane
        ? new XElement(
            _svg + "circle", new XAttribute("class", "circle"), new XAttribute("cx", Number(x.At(0)!.Value)),
            new XAttribute("cy", Number(y.At(0)!.Value)), new XAttribute("r", Number(x.At(1)!.Value - x.At(0)!.Value)))
        : null;

    private static IEnumerable<XElement> Grid(FigureAxis x, FigureAxis y, double wide, double high)
    {
        foreach (var (value, label) in x.Ticks())
        {
            var at = Number(x.At(value)!.Value);
            yield return Path("grid", [$"M{at} {Number(Top)}V{Number(Top + high)}"]);
            yield return Text(label, x.At(value)!.Value, Top + high + 18, anchor: "middle");
        }

        foreach (var (value, label) in y.Ticks())
        {
            var at = y.At(value)!.Value;
            yield return Path("grid", [$"M{Number(Left)} {Number(at)}H{Number(Left + wide)}"]);
            yield return Text(label, Left - 8, at + 4, anchor: "end");
        }
    }

    private static IEnumerable<XElement> Labels(Figure figure, double wide, double high)
    {
        yield return Text(figure.X, Left + (wide / 2), Top + high + 42, anchor: "middle");
        var (x, y) = (18.0, Top + (high / 2));
        var label = Text(figure.Y, x, y, anchor: "middle");
        label.Add(new XAttribute("transform", $"rotate(-90 {Number(x)} {Number(y)})"));
        yield return label;
    }

    private static IEnumerable<XElement> Legend(Figure figure, string[] names, double left)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var (y, colour) = (Top + 8 + (Line * i), $"c{i % Colours}");
            yield return figure.Series.First(s => s.Name == names[i]).AsPoints
                ? Dot(left + 8, y, colour)
                : Path($"line {colour}", [$"M{Number(left)} {Number(y)}h16"]);
            yield return Text(names[i], left + 22, y + 4);
        }
    }

    private static string? Place(FigureAxis x, FigureAxis y, double across, double up) =>
        (x.At(across), y.At(up)) is ({ } a, { } b) ? $"{Number(a)} {Number(b)}" : null;

    private static XElement Dot(double x, double y, string colour) => new(
        _svg + "circle", new XAttribute("class", $"point {colour}"), new XAttribute("cx", Number(x)),
        new XAttribute("cy", Number(y)), new XAttribute("r", "3"));

    private static XElement Path(string kind, IEnumerable<string> parts) => new(
        _svg + "path", new XAttribute("class", kind), new XAttribute("d", new StringBuilder().AppendJoin("", parts)));

    private static XElement Rectangle(string? kind, double x, double y, double width, double height) => new(
        _svg + "rect", kind is null ? null : new XAttribute("class", kind), new XAttribute("x", Number(x)),
        new XAttribute("y", Number(y)), new XAttribute("width", Number(width)),
        new XAttribute("height", Number(height)));

    private static XElement Text(string text, double x, double y, string? kind = null, string? anchor = null) => new(
        _svg + "text", kind is null ? null : new XAttribute("class", kind), new XAttribute("x", Number(x)),
        new XAttribute("y", Number(y)), anchor is null ? null : new XAttribute("text-anchor", anchor), text);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
