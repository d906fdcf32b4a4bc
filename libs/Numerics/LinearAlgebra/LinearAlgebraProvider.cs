namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>Chooses the linear algebra once, when a process is composed.</summary>
public static class LinearAlgebraProvider
{
    /// <summary>The name that asks for <see cref="OpenBlas"/>.</summary>
    public const string OpenBlasChoice = "openblas";

    /// <summary>The name that asks for <see cref="ManagedLinearAlgebra"/>.</summary>
    public const string ManagedChoice = "managed";

    /// <summary>
    /// The implementation that <paramref name="choice"/> names; with <see langword="null"/> OpenBLAS where its library
    /// loads, else the managed one.
    /// </summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="LinearAlgebraUnavailableException">OpenBLAS was asked for and is not installed.</exception>
    public static ILinearAlgebra Detect(string? choice) => choice switch
    {
        null => OpenBlas.IsAvailable ? new OpenBlas() : new ManagedLinearAlgebra(),
        OpenBlasChoice => new OpenBlas(),
        ManagedChoice => new ManagedLinearAlgebra(),
        _ => throw new ArgumentException(
            $"linear algebra \"{choice}\" is unknown, expected \"{OpenBlasChoice}\" or \"{ManagedChoice}\"", nameof(
                choice)),
    };
}
