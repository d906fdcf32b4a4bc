using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.ServiceDefaults.Errors;
using Wire = KoopmanMesh.Operator.V1.SummaryKind;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Data folded into a summary as it comes: memory does not grow with the rows.</summary>
internal sealed class StreamedFit(StreamingFit stream) : FitSink
{
    public StreamingFit Stream => stream;

    /// <summary>An empty stream, whose summary will fit into the bytes allowed.</summary>
    public static StreamingFit Begin(FitPlan plan, long maxBytes, ILinearAlgebra algebra)
    {
        var estimator = (PairEstimator)plan.Estimator;
        var options = new SummaryOptions { Kind = KindOf(plan.Header.Summary) };
        var observables = ObservablesBound.Of(plan, algebra);
        var bytes = PairSummary.EstimateBytes(observables, plan.Format.InputWidth, options);
        return bytes <= maxBytes
            ? new StreamingFit(estimator, options, algebra, plan.TimeStep)
            : throw new CapacityException(
                "SUMMARY_TOO_LARGE",
                $"a {options.Kind} summary of {observables} observables takes {bytes} bytes, allowed are {maxBytes}; "
                + "use the sketch, fewer delays or a smaller dictionary");
    }

    public override void AddStates(Matrix states, Matrix? inputs, double[]? times) =>
        stream.AddTrajectory(states, inputs);

    public override void EndTrajectory() => stream.EndTrajectory();

    public override void AddPairs(Matrix states, Matrix successors, Matrix? inputs) =>
        stream.AddPairs(states, successors, inputs);

    public override KoopmanOperator Fit(ILinearAlgebra la) => stream.ToOperator(la);

    private static SummaryKind KindOf(Wire kind) => kind switch
    {
        Wire.Unspecified or Wire.Qr => SummaryKind.Qr,
        Wire.Gram => SummaryKind.Gram,
        Wire.Sketch => SummaryKind.Sketch,
        _ => throw new InvalidRequestException(
            "SUMMARY_KIND_UNKNOWN", $"summary is {(int)kind}, expected a SummaryKind", "header.summary"),
    };
}
