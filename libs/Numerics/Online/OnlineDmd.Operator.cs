using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Online;

public sealed partial class OnlineDmd
{
    /// <summary>
    /// The operator of everything that counts now, by exact DMD of the information: equal to the batch fit of the same
    /// weighted pairs, whatever the recursion lost. Learning goes on as if nobody had asked. O(n^3).
    /// </summary>
    /// <exception cref="ShapeMismatchException">No pair was learned.</exception>
    public KoopmanOperator ToOperator(ILinearAlgebra la)
    {
        var start = _options.Window is null || _ring.Count == 0
            ? new Matrix(Width, 1, (double[])_first.Clone())
            : _ring.Oldest(1).X;
        return ToOperator(
            new PairFrame
            {
                Observables = Dictionary.Identity(Width),
                Delays = 1,
                TimeStep = _options.TimeStep,
                Starts = start,
            },
            la);
    }

    /// <summary>The same for pairs that were lifted in a frame.</summary>
    internal KoopmanOperator ToOperator(PairFrame frame, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        var information = Information(la);
        var regression = new DmdEstimator { RankRule = _options.RankRule }.Regress(information, la);
        var errors = OneStepErrors.Of(regression, information, frame, la);
        return OperatorAssembly.Of("online-dmd", regression, frame, la) with
        {
            Diagnostics = OperatorAssembly.Diagnose(regression, information.Count, la) with
            {
                FitError = errors.Operator,
                HoldOutError = PredictionError,
                PersistenceError = errors.Persistence,
                Warnings = Recoveries == 0
                    ? regression.Warnings
                    :
                    [
                        .. regression.Warnings,
                        $"the recursion broke down {Recoveries} times and restarted from the information kept",
                    ],
            },
        };
    }

    /// <summary>At most 2n columns with the second moments of what counts.</summary>
    private LiftedPairs Information(ILinearAlgebra la)
    {
        if (Count == 0)
        {
            throw new ShapeMismatchException("the stream", "at least 1 pair", "none");
        }

        var rows = Factor(la).Transpose();
        var pairs = new SnapshotPairs(rows.SelectRows(0, Width), rows.SelectRows(Width, Width));
        return new LiftedPairs(pairs, null) { Count = Math.Min(Count, _options.Window ?? long.MaxValue) };
    }
}
