using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>The rows x with <c>Lower[i] &lt;= x[i] &lt;= Upper[i]</c>, all finite.</summary>
internal sealed class Box
{
    /// <summary>From its bounds, which are not copied.</summary>
    /// <exception cref="InvalidRequestException">They don't make a box.</exception>
    public Box(double[] lower, double[] upper)
    {
        if (lower.Length != upper.Length || lower.Length == 0)
        {
            throw new InvalidRequestException(
                "BOX_SHAPE", $"the box has {lower.Length} lower and {upper.Length} upper bounds, expected as many, and "
                + "at least one", "box");
        }

        for (var i = 0; i < lower.Length; i++)
        {
            // Written so that a NaN is refused too.
            if (!(lower[i] <= upper[i]) || !double.IsFinite(lower[i]) || !double.IsFinite(upper[i]))
            {
                throw new InvalidRequestException(
                    "BOX_BOUNDS", FormattableString.Invariant(
                        $"feature {i} of the box runs from {lower[i]} to {upper[i]}; two finite numbers, the first ")
                    + "not above the second, were expected", "box");
            }
        }

        (Lower, Upper) = (lower, upper);
    }

    public double[] Lower { get; }

    public double[] Upper { get; }

    public int Width => Lower.Length;

    /// <exception cref="InvalidRequestException">The network takes rows of another width.</exception>
    public void Require(int width, string network)
    {
        if (Width != width)
        {
            throw new InvalidRequestException(
                "BOX_WIDTH", $"the box has {Width} features, but '{network}' takes rows of {width}", "box");
        }
    }
}
