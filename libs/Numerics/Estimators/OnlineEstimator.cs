using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Online;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Runs <see cref="OnlineDmd"/> through a data set once, in its order: exact DMD of pairs that weigh rho^age, over all
/// of them or the newest of a window. <see cref="FitDiagnostics.HoldOutError"/> is the error of predicting each pair
/// before it was learned, at most 32 pairs late. O(m N^2).
/// </summary>
public sealed record OnlineEstimator : IEstimator
{
    private const int Block = 32;

    /// <inheritdoc/>
    public string Name => "online-dmd";

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

    /// <summary>Directions of the observables to keep. Default s > 1e-8 s_1.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(1e-8);

    /// <summary>rho in (0, 1]. Default 1: nothing is forgotten.</summary>
    public double Forgetting
    {
        get;
        init => field = new OnlineDmdOptions { Forgetting = value }.Forgetting;
    } = 1;

    /// <summary>Only the last so many pairs count, ≥ 1; null, the default, for all.</summary>
    public int? Window
    {
        get;
        init => field = new OnlineDmdOptions { Window = value }.Window;
    }

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        var (frame, lifted) = LiftedStream.Of(data, Observables, Delays, this, la);
        var learner = new OnlineDmd(
            frame.Observables.Count,
            new OnlineDmdOptions { Forgetting = Forgetting, Window = Window, RankRule = RankRule });
        for (var start = 0; start < lifted.X.Columns; start += Block)
        {
            var count = Math.Min(Block, lifted.X.Columns - start);
            learner.Update(lifted.X.SelectColumns(start, count), lifted.Y.SelectColumns(start, count), la);
        }

        return OperatorAssembly.Omitting(learner.ToOperator(frame, la), data, Delays + 1);
    }
}
