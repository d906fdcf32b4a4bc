using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Experiments.Lifts;

/// <summary>Lifts and the sums of all their rows.</summary>
/// <param name="Lifts">In the order they were asked for.</param>
/// <param name="Fitter">Which gives each lift's stand-ins once.</param>
public sealed record FittedLifts(IReadOnlyList<Lift> Lifts, StandInFitter Fitter);
