namespace KoopmanMesh.Numerics.Fitting;

/// <summary>A number that had to be finite is NaN or infinite, in what came or in what was computed from it.</summary>
public sealed class NonFiniteDataException : ArithmeticException
{
    /// <summary>
    /// Says that <paramref name="what"/> holds <paramref name="value"/> where finite numbers were expected.
    /// </summary>
    public NonFiniteDataException(string what, double value)
        : base($"{what} holds {value}; finite numbers were expected (data beyond 1e150 overflows when squared)") =>
        Value = value;

    /// <summary>The offending value.</summary>
    public double Value { get; }
}
