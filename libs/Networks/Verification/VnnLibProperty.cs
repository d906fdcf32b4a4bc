namespace KoopmanMesh.Networks.Verification;

/// <summary>
/// A property in VNNLIB 1.0: a box of inputs and conditions on the outputs that describe a counterexample together.
/// Read are the parts of the language that <see cref="DifferenceProperty"/> writes and the benchmarks of VNN-COMP use
/// most: declare-const of reals X_i and Y_j, and assertions made of and, or, ≤ and ≥ between a variable and a number or
/// two outputs. Immutable.
/// </summary>
public sealed class VnnLibProperty
{
    /// <summary>Characters of the longest text that is read: 3 MiB.</summary>
    public const int LongestText = 3 << 20;

    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly IReadOnlyList<OutputCondition> _conditions;

    internal VnnLibProperty(double[] lower, double[] upper, int outputs, IReadOnlyList<OutputCondition> conditions)
    {
        (_lower, _upper, Outputs, _conditions) = (lower, upper, outputs, conditions);
    }

    /// <summary>Number of inputs.</summary>
    public int Inputs => _lower.Length;

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Lower bounds of the inputs.</summary>
    public ReadOnlyMemory<double> Lower => _lower;

    /// <summary>Upper bounds of the inputs.</summary>
    public ReadOnlyMemory<double> Upper => _upper;

    /// <summary>Reads a property.</summary>
    /// <exception cref="VerificationFormatException">The text is none, with line and column.</exception>
    public static VnnLibProperty Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= LongestText
            ? new VnnLibParser(text).Run()
            : throw new VerificationFormatException(
                $"the property has {text.Length} characters; at most {LongestText} are read");
    }

    /// <summary>max over i of the distance of x_i from its interval; 0 inside the box. NaN is infinitely far.</summary>
    public double Violation(ReadOnlySpan<double> x)
    {
        Require(x.Length, Inputs, "inputs", nameof(x));
        var violation = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var outside = Math.Max(_lower[i] - x[i], x[i] - _upper[i]);
            violation = Math.Max(violation, double.IsNaN(outside) ? double.PositiveInfinity : outside);
        }

        return violation;
    }

    /// <summary>Whether outputs meet every condition, as those of a counterexample do.</summary>
    public bool Describes(ReadOnlySpan<double> y)
    {
        Require(y.Length, Outputs, "outputs", nameof(y));
        foreach (var condition in _conditions)
        {
            if (!condition.Holds(y))
            {
                return false;
            }
        }

        return true;
    }

    private static void Require(int got, int expected, string what, string parameter)
    {
        if (got != expected)
        {
            throw new ArgumentException($"the property has {expected} {what}, got {got}", parameter);
        }
    }
}
