using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>An interval for each element of a vector. Not written to once made.</summary>
internal sealed record Bounds(double[] Lower, double[] Upper)
{
    public int Width => Lower.Length;

    public static Bounds Zero(int width) => new(new double[width], new double[width]);

    /// <summary>Largest absolute value of an element.</summary>
    public double Magnitude(int i) => Math.Max(Math.Abs(Lower[i]), Math.Abs(Upper[i]));

    public double[] Magnitudes()
    {
        var result = new double[Width];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Magnitude(i);
        }

        return result;
    }

    /// <summary>What both allow.</summary>
    public Bounds Meet(Bounds? other) => other is null ? this : Each(
        (i) => (Math.Max(Lower[i], other.Lower[i]), Math.Min(Upper[i], other.Upper[i])));

    public Bounds Plus(Bounds other) => Each((i) => (
        Rounding.Down(Lower[i] + other.Lower[i]), Rounding.Up(Upper[i] + other.Upper[i])));

    public Bounds Minus(Bounds other) => Each((i) => (
        Rounding.Down(Lower[i] - other.Upper[i]), Rounding.Up(Upper[i] - other.Lower[i])));

    /// <summary>sum_k A_k x_k + b: by midpoints and radii, |A| acting on the radii and on what rounds.</summary>
    public static Bounds Affine(AffineStep step, IReadOnlyList<Bounds> inputs, bool withBias, ILinearAlgebra la)
    {
        var (center, radius, magnitude) = (new double[step.Width], new double[step.Width], new double[step.Width]);
        for (var k = 0; k < inputs.Count; k++)
        {
            var (mid, radii) = inputs[k].Middle();
            var map = step.Terms[k].Map;
            Accumulate(center, map.Apply(mid, la));
            Accumulate(radius, map.Absolute.Apply(radii, la));
            var all = new double[mid.Length];
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = Math.Abs(mid[i]) + radii[i];
            }

            Accumulate(magnitude, map.Absolute.Apply(all, la));
        }

        var gamma = Rounding.Gamma64(step.MostTerms);
        var result = new Bounds(new double[step.Width], new double[step.Width]);
        for (var i = 0; i < step.Width; i++)
        {
            var (value, added) = withBias ? (center[i] + step.Bias[i], step.BiasMagnitude[i]) : (center[i], 0);
            var reach = Rounding.Above(radius[i] + (gamma * (magnitude[i] + added)), step.MostTerms);
            (result.Lower[i], result.Upper[i]) = (Rounding.Down(value - reach), Rounding.Up(value + reach));
        }

        return result;
    }

    private (double[] Middle, double[] Radius) Middle()
    {
        var (middle, radius) = (new double[Width], new double[Width]);
        for (var i = 0; i < Width; i++)
        {
            middle[i] = (Lower[i] / 2) + (Upper[i] / 2);
            radius[i] = Rounding.Up(Math.Max(Upper[i] - middle[i], middle[i] - Lower[i]));
        }

        return (middle, radius);
    }

    private Bounds Each(Func<int, (double Lower, double Upper)> element)
    {
        var result = new Bounds(new double[Width], new double[Width]);
        for (var i = 0; i < Width; i++)
        {
            (result.Lower[i], result.Upper[i]) = element(i);
        }

        return result;
    }

    private static void Accumulate(double[] sum, double[] term) =>
        System.Numerics.Tensors.TensorPrimitives.Add(sum, term, sum);
}
