namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Two things that must fit together have different shapes.</summary>
public sealed class ShapeMismatchException : ArgumentException
{
    /// <summary>Says that <paramref name="what"/> came with one shape where another was expected.</summary>
    public ShapeMismatchException(string what, string expected, string actual)
        : base($"{what} was expected to be {expected}, got {actual}") => (Expected, Actual) = (expected, actual);

    /// <summary>The shape that was expected, e.g. "3 x 40".</summary>
    public string Expected { get; }

    /// <summary>The shape that came.</summary>
    public string Actual { get; }
}
