using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Online;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Runs <see cref="StreamingDmd"/> through a data set once, in its order: what the learner would give that never saw
/// more than one block. O(m N r0).
/// </summary>
public sealed record StreamingEstimator : IEstimator
{
    /// <inheritdoc/>
    public string Name => "streaming-dmd";

    /// <summary>psi. Default the state itself.</summary>
    public ObservablesSpec Observables { get; init; } = ObservablesSpec.Identity;

    /// <summary>q ≥ 1 states stacked in h, newest first. Default 1: no delays.</summary>
    public int Delays
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 state is stacked");
    } = 1;

    /// <summary>Directions of the observables to keep, of those that the learner kept. Default s > 1e-7 s_1.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-7);

    /// <summary>r0 ≥ 1: bases that have grown to 2 r0 directions are cut back to r0. Default 64.</summary>
    public int MaxRank
    {
        get;
        init => field = new StreamingDmdOptions { MaxRank = value }.MaxRank;
    } = StreamingDmdOptions.DefaultMaxRank;

    /// <summary>
    /// A snapshot adds a direction when more than this fraction of its norm lies outside the basis, in (0, 1). Default
    /// 1e-10.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = new StreamingDmdOptions { Tolerance = value }.Tolerance;
    } = new StreamingDmdOptions().Tolerance;

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        var (frame, lifted) = LiftedStream.Of(data, Observables, Delays, this, la);
        var learner = new StreamingDmd(
            frame.Observables.Count,
            new StreamingDmdOptions { MaxRank = MaxRank, Tolerance = Tolerance, RankRule = RankRule });
        learner.Update(lifted.X, lifted.Y, la);
        return OperatorAssembly.Omitting(learner.ToOperator(frame, la), data, Delays + 1);
    }
}
