using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// dv/dt = A v + B f: what <see cref="HavokEstimator"/> found, in the coordinates v of the singular vectors of the
/// delay vectors (unit norm over the record). Immutable; matrices are not to be written to.
/// </summary>
public sealed record HavokModel
{
    /// <summary>A, r - 1 square with forcing, r square without.</summary>
    public required Matrix Dynamics { get; init; }

    /// <summary>B, one column; of zeros when <see cref="IsForced"/> is false.</summary>
    public required Matrix ForcingColumn { get; init; }

    /// <summary>
    /// v_1 … v_r as rows over all delay vectors, r × m, trajectory after trajectory: the last is the forcing.
    /// </summary>
    public required Matrix Coordinates { get; init; }

    /// <summary>
    /// How much of the derivative of each v_i a linear function of all of them leaves unexplained, ||error|| /
    /// ||derivative||, r long.
    /// </summary>
    public required ReadOnlyMemory<double> Unexplained { get; init; }

    /// <summary>
    /// True when the last coordinate is no linear function of the others: it drives them. False when all r of them are
    /// a closed linear system.
    /// </summary>
    public required bool IsForced { get; init; }

    /// <summary>f = v_r at every delay vector, m long; zeros when not forced.</summary>
    public required ReadOnlyMemory<double> Forcing { get; init; }

    /// <summary>f^2 above which the forcing is active.</summary>
    public required double Threshold { get; init; }

    /// <summary>Where f^2 > <see cref="Threshold"/>: when the system is about to switch. m long.</summary>
    public required ReadOnlyMemory<bool> Active { get; init; }

    /// <summary>
    /// Fourth standardised moment of f: 3 for a Gaussian, more for bursts; 0 when not forced.
    /// </summary>
    public required double Kurtosis { get; init; }

    /// <summary>
    /// The same in steps, with f as its input held constant over each (zero-order hold). It reads the state off v_1 to
    /// v_(r-1).
    /// </summary>
    public required KoopmanOperator Operator { get; init; }
}
