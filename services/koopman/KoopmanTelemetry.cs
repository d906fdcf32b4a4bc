using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KoopmanMesh.Koopman;

/// <summary>Spans and instruments of the koopman service.</summary>
internal static class KoopmanTelemetry
{
    public const string ComponentTag = "koopmanmesh.component";
    public const string RunTag = "koopmanmesh.run.id";
    public const string MethodTag = "koopmanmesh.operator.method";

    private static readonly Meter _meter = new(new MeterOptions("KoopmanMesh.Koopman"));

    public static ActivitySource Source { get; } = new(new ActivitySourceOptions("KoopmanMesh.Koopman"));

    public static Counter<long> Snapshots { get; } =
        _meter.CreateCounter<long>(
            "koopmanmesh.fold.snapshots", "{snapshot}", "Snapshot pairs folded into accumulators.");

    public static Histogram<double> FitDuration { get; } =
        _meter.CreateHistogram<double>("koopmanmesh.fit.duration", "s", "Time to fit one component's operators.");

    public static Histogram<double> OperatorFitDuration { get; } =
        _meter.CreateHistogram<double>(
            "koopmanmesh.operator.fit.duration", "s", "Time to fit an operator to data that was streamed in.");
}
