using System.Numerics;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>
/// Intervals of omega_j = log(lambda_j) / dt: real parts are growth rates, imaginary parts angular frequencies, each
/// apart; r entries in the spectrum's order. Immutable.
/// </summary>
public sealed record ContinuousIntervals
{
    /// <summary>Lower ends, of Re omega_j and Im omega_j.</summary>
    public required ReadOnlyMemory<Complex> Low { get; init; }

    /// <summary>Upper ends, of Re omega_j and Im omega_j.</summary>
    public required ReadOnlyMemory<Complex> High { get; init; }

    /// <summary>Mean over the refits.</summary>
    public required ReadOnlyMemory<Complex> Mean { get; init; }

    /// <summary>Standard deviations over the refits, of Re omega_j and Im omega_j.</summary>
    public required ReadOnlyMemory<Complex> StandardDeviation { get; init; }
}
