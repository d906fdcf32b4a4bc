using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// HAVOK, the Hankel alternative view of Koopman (Brunton, Brunton, Proctor, Kaiser and Kutz 2017, Nat. Commun. 8:19;
/// methods S10): delay vectors of one measurement or several, their leading singular vectors v_1 … v_r, derivatives by
/// central differences of fourth order, and d/dt [v_1 … v_(r-1)] regressed on v_1 … v_r: linear dynamics driven by v_r.
/// O(nq m min(nq, m)). Neither streams nor merges.
/// </summary>
/// <remarks>
/// Where dv_r/dt too is a linear function of v_1 … v_r (<see cref="ForcingTolerance"/>) the system is closed: nothing
/// drives it, all r directions are kept and the forcing is zero. The operator of a forced system has one input, f: its
/// predictions need the forcing (zeros give the free linear part). Central differences see the frequency w as (8 sin w
/// dt - sin 2 w dt) / 6 dt, too low by the fraction (w dt)^4 / 30. Residuals are not defined and the list is empty.
/// </remarks>
public sealed record HavokEstimator : IEstimator
{
    /// <summary>The default of <see cref="Delays"/>.</summary>
    public const int DefaultDelays = 10;

    /// <summary>The default of <see cref="ForcingTolerance"/>.</summary>
    public const double DefaultForcingTolerance = 0.01;

    /// <summary>The default of <see cref="ActiveQuantile"/>.</summary>
    public const double DefaultActiveQuantile = 0.95;

    /// <inheritdoc/>
    public string Name => "havok";

    /// <summary>
    /// q ≥ 1 states stacked in h, newest first. Default 10; q dt is best about a tenth of the slowest period (the paper
    /// has 100 at dt = 0.001 for the Lorenz system).
    /// </summary>
    public int Delays
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "there is at least 1 delay");
    } = DefaultDelays;

    /// <summary>r, the forcing included. Default the optimal threshold for noise of unknown size.</summary>
    public RankRule RankRule { get; init; } = new RankRule.OptimalThreshold();

    /// <summary>
    /// The last coordinate drives the others when a linear function leaves more than this part of its derivative
    /// unexplained, in [0, 1]. Default 0.01; 0 always takes it for the forcing.
    /// </summary>
    public double ForcingTolerance
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the tolerance lies in [0, 1]");
    } = DefaultForcingTolerance;

    /// <summary>The forcing is active where f^2 is above this quantile of itself, in (0, 1). Default 0.95.</summary>
    public double ActiveQuantile
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the quantile lies in (0, 1)");
    } = DefaultActiveQuantile;

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la) => Analyse(data, la).Operator;

    /// <summary>The model with its forcing.</summary>
    /// <exception cref="ShapeMismatchException">
    /// Pairs, inputs, uneven times, or no trajectory of q + 4 snapshots (a central difference needs 5 delay vectors).
    /// </exception>
    /// <exception cref="NonFiniteDataException">The data is not finite.</exception>
    public HavokModel Analyse(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        if (data.IsPairs || data.Inputs is not null || data.Times is not null)
        {
            throw new ShapeMismatchException(
                $"the data of {Name}", "evenly spaced trajectories without inputs",
                data.IsPairs ? "pairs in no order" : data.Inputs is not null ? "inputs" : "a list of times");
        }

        var longest = data.Trajectories.Max(t => t.Columns);
        return longest >= Delays + 4
            ? HavokEstimatorFit.Of(data, this, la)
            : throw new ShapeMismatchException(
                "the longest trajectory",
                longest <= Delays
                    ? $"at least {Delays + 1} snapshots for {Delays} delays"
                    : $"at least {Delays + 4} snapshots for derivatives of {Delays} delays",
                $"{longest}");
    }
}
