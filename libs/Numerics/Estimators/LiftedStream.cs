using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// A data set as the learners of streams take it: lifted, in order, the roots of its weights multiplied in.
/// </summary>
internal static class LiftedStream
{
    public static (PairFrame Frame, (Matrix X, Matrix Y) Pairs) Of(
        SnapshotData data, ObservablesSpec observables, int delays, IEstimator estimator, ILinearAlgebra la)
    {
        SnapshotChecks.Inputs(estimator, takes: false, data.Inputs is not null);
        var pairs = data.Pairs(delays);
        var shape = new DmdEstimator { Observables = observables, Delays = delays };
        var frame = PairFrame.Of(data, pairs, shape, la);
        var lifted = frame.Lift(pairs, null, la).Pairs;
        var roots = lifted.WeightRoots();
        return (frame, (lifted.X.Copy().ScaleColumns(roots), lifted.Y.Copy().ScaleColumns(roots)));
    }
}
