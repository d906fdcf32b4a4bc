using System.Numerics;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>
/// How far the eigenvalues lambda_j of an operator may move when the data is drawn again: from refits of resampled
/// data, matched to the operator's own eigenvalues. All lists have r entries in the spectrum's order; intervals hold
/// the fraction <see cref="Level"/> of the refits, real and imaginary parts apart. Immutable.
/// </summary>
public sealed record KoopmanIntervals
{
    /// <summary>The default of <see cref="Level"/>: from the 2.5 % to the 97.5 % quantile.</summary>
    public const double DefaultLevel = 0.95;

    /// <summary>Where they come from, e.g. "bags of 75 % of the snapshots" or "block bootstrap".</summary>
    public required string Method { get; init; }

    /// <summary>Fraction of the refits inside, in (0, 1).</summary>
    public double Level { get; init; } = DefaultLevel;

    /// <summary>Lower ends, of Re lambda_j and Im lambda_j.</summary>
    public required ReadOnlyMemory<Complex> Low { get; init; }

    /// <summary>Upper ends, of Re lambda_j and Im lambda_j.</summary>
    public required ReadOnlyMemory<Complex> High { get; init; }

    /// <summary>Mean over the refits.</summary>
    public required ReadOnlyMemory<Complex> Mean { get; init; }

    /// <summary>Standard deviations over the refits, of Re lambda_j and Im lambda_j.</summary>
    public required ReadOnlyMemory<Complex> StandardDeviation { get; init; }

    /// <summary>Refits that the numbers are made of.</summary>
    public required int Replicates { get; init; }

    /// <summary>Refits that gave no usable numbers and are not counted.</summary>
    public required int Failed { get; init; }

    /// <summary>
    /// The same for omega_j = log(lambda_j) / dt (growth rate, angular frequency); null when only lambda was
    /// resampled.
    /// </summary>
    public ContinuousIntervals? Continuous { get; init; }

    /// <summary>
    /// Standard deviation of each mode's elements over the refits, n × r, modes aligned in phase; null when only
    /// eigenvalues were resampled.
    /// </summary>
    public LinearAlgebra.Matrix? ModeStandardDeviation { get; init; }
}
