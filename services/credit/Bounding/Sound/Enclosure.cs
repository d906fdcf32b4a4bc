using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// Where a vector lies: in an interval each, and in an affine form unless only intervals are kept. The intervals are
/// never wider than the form's.
/// </summary>
internal sealed record Enclosure
{
    private Enclosure(Bounds bounds, Zonotope? form)
    {
        (Bounds, Form) = (bounds.Meet(form?.Bounds()), form);
    }

    public Bounds Bounds { get; }

    public Zonotope? Form { get; }

    public static Enclosure Of(Box box, SymbolSource? symbols) =>
        new(new Bounds(box.Lower, box.Upper), symbols is null ? null : Zonotope.Of(box, symbols));

    public static Enclosure Zero(int width, SymbolSource? symbols) =>
        new(Bounds.Zero(width), symbols is null ? null : Zonotope.Zero(width));

    /// <summary>sum_k A_k x_k, and b for values; differences go without.</summary>
    public static Enclosure Affine(
        AffineStep step, IReadOnlyList<Enclosure> inputs, bool withBias, SymbolSource? symbols, ILinearAlgebra la)
    {
        var bounds = Bounds.Affine(step, [.. inputs.Select(input => input.Bounds)], withBias, la);
        var form = symbols is null
            ? null
            : Zonotope.Affine(step, [.. inputs.Select(input => input.Form!)], withBias, la).Reduced(symbols);
        return new Enclosure(bounds, form);
    }

    /// <summary>h(x).</summary>
    public Enclosure Kinked(double[] slopes, SymbolSource? symbols) => new(
        Kink.Of(slopes, Bounds), symbols is null ? null : Form!.Bend(Bend.OfValue(slopes, Bounds), symbols));

    /// <summary>h(x) - h(y), this being x - y.</summary>
    public Enclosure KinkedDifference(double[] slopes, Bounds x, Bounds y, SymbolSource? symbols)
    {
        var known = Bounds.Meet(x.Minus(y));
        var bounds = Kink.OfDifference(slopes, known).Meet(Kink.Of(slopes, x).Minus(Kink.Of(slopes, y)));
        var form = symbols is null ? null : Form!.Bend(Bend.OfDifference(slopes, known, x, y), symbols);
        return new Enclosure(bounds, form);
    }

    public Enclosure Plus(Enclosure other) =>
        new(Bounds.Plus(other.Bounds), Form?.Combine(other.Form!, 1));

    public Enclosure Minus(Enclosure other) =>
        new(Bounds.Minus(other.Bounds), Form?.Combine(other.Form!, -1));

    /// <summary>With independent noise of this size.</summary>
    public Enclosure Blurred(double[] noise, SymbolSource? symbols)
    {
        var wider = Bounds.Plus(new Bounds([.. noise.Select(value => -value)], noise));
        return new Enclosure(wider, symbols is null ? null : Form!.Bend(Bend.Noise(noise), symbols));
    }

    /// <summary>What both enclose: the intervals' intersection, and row by row the tighter form.</summary>
    public Enclosure Meet(Enclosure other, SymbolSource? symbols) => new(
        Bounds.Meet(other.Bounds), symbols is null ? null : Form!.Tighter(other.Form!).Reduced(symbols));
}
