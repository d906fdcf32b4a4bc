using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>
/// The float32 rows of a box: its bounds rounded inward, so that no point leaves the box by rounding.
/// </summary>
internal sealed class FloatBox
{
    /// <exception cref="InvalidRequestException">A feature has no float32 number between its bounds.</exception>
    public FloatBox(Box box)
    {
        (Lower, Upper) = (new float[box.Width], new float[box.Width]);
        for (var i = 0; i < box.Width; i++)
        {
            Lower[i] = AtLeast(box.Lower[i]);
            Upper[i] = AtMost(box.Upper[i]);
            if (!(Lower[i] <= Upper[i] && float.IsFinite(Lower[i]) && float.IsFinite(Upper[i])))
            {
                throw new InvalidRequestException(
                    "BOX_EMPTY", FormattableString.Invariant(
                        $"feature {i} of the box runs from {box.Lower[i]} to {box.Upper[i]}, between which no float32 ")
                    + "number lies, and networks run on those",
                    "tensor");
            }
        }
    }

    public float[] Lower { get; }

    public float[] Upper { get; }

    public int Width => Lower.Length;

    /// <summary>The value at the fraction <paramref name="t"/> of the way from lower to upper.</summary>
    public float At(int feature, double t) =>
        Clamp(feature, (float)(Lower[feature] + (t * ((double)Upper[feature] - Lower[feature]))));

    public float Clamp(int feature, float value) => Math.Clamp(value, Lower[feature], Upper[feature]);

    // The smallest float32 from there up.
    private static float AtLeast(double value) =>
        (float)value is var near && near < value ? float.BitIncrement(near) : near;

    // The largest from there down.
    private static float AtMost(double value) =>
        (float)value is var near && near > value ? float.BitDecrement(near) : near;
}
