using System.Globalization;
using System.Text;

namespace KoopmanMesh.Networks.Verification;

/// <summary>
/// The property "every |Y_i| ≤ epsilon for every X of a box", of a difference network, in VNNLIB 1.0 as the benchmarks
/// of VNN-COMP are written: the assertions together describe a counterexample, so that "unsat" proves the property.
/// </summary>
public static class DifferenceProperty
{
    /// <summary>
    /// The property's text. All numbers are ones that float32 holds, so that a tool that reads float32 reads the same:
    /// the box is rounded outwards and epsilon downwards, which can only make the property stronger.
    /// </summary>
    /// <param name="lower">Lower bounds of the inputs, finite.</param>
    /// <param name="upper">Upper bounds, as many, none below its lower.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="epsilon">Above 0.</param>
    /// <param name="comments">Lines to put first.</param>
    /// <exception cref="VerificationFormatException">
    /// A number is none of these, or beyond float32; the message names it.
    /// </exception>
    public static string Write(
        ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, int outputs, double epsilon,
        IEnumerable<string> comments)
    {
        ArgumentNullException.ThrowIfNull(comments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        if (lower.Length != upper.Length || lower.Length == 0)
        {
            throw new ArgumentException(
                $"a box has as many upper bounds as lower ones, at least one; got {lower.Length} and {upper.Length}",
                nameof(upper));
        }

        var least = Below(epsilon);
        if (!(least > 0 && float.IsFinite(least)))
        {
            throw new VerificationFormatException(
                FormattableString.Invariant($"epsilon is {epsilon}, expected a number above 0 that float32 holds"));
        }

        var text = new StringBuilder();
        foreach (var comment in comments)
        {
            Line(text, $"; {comment.ReplaceLineEndings(" ")}");
        }

        Declare(text, "X", lower.Length);
        Declare(text, "Y", outputs);
        for (var i = 0; i < lower.Length; i++)
        {
            var (from, to) = (Below(lower[i]), Above(upper[i]));
            if (!(float.IsFinite(from) && float.IsFinite(to) && lower[i] <= upper[i]))
            {
                throw new VerificationFormatException(
                    FormattableString.Invariant($"feature {i} of the box goes from {lower[i]} to {upper[i]}, ")
                    + "expected numbers that float32 holds, the lower first");
            }

            Line(text, $"(assert (>= X_{i} {PlainDecimal.Format(from)}))");
            Line(text, $"(assert (<= X_{i} {PlainDecimal.Format(to)}))");
        }

        Outputs(text, outputs, PlainDecimal.Format(least));
        return text.ToString();
    }

    private static void Declare(StringBuilder text, string letter, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Line(text, $"(declare-const {letter}_{i} Real)");
        }
    }

    private static void Outputs(StringBuilder text, int outputs, string epsilon)
    {
        Line(text, $"(assert (or");
        for (var i = 0; i < outputs; i++)
        {
            Line(text, $"    (and (>= Y_{i} {epsilon}))");
            Line(text, $"    (and (<= Y_{i} -{epsilon}))");
        }

        Line(text, $"))");
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>The largest float32 that is not above.</summary>
    private static float Below(double value)
    {
        var near = (float)value;
        return near > value ? MathF.BitDecrement(near) : near;
    }

    /// <summary>The smallest float32 that is not below.</summary>
    private static float Above(double value)
    {
        var near = (float)value;
        return near < value ? MathF.BitIncrement(near) : near;
    }
}
