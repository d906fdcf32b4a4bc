using Grpc.Core;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using ForecastOptions = KoopmanMesh.Training.V1.ForecastOptions;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>Predicts the weights of a stored run.</summary>
internal sealed class ForecastCall(TrainingStore store, TrainingGate gate, ILinearAlgebra algebra)
{
    public async Task RunAsync(
        ForecastRequest request, IServerStreamWriter<ForecastResponse> responses, CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        if (request.Snapshots is < 1 or > WeightForecast.FarthestStep)
        {
            throw new InvalidRequestException(
                "FORECAST_INVALID",
                $"snapshots is {request.Snapshots}, expected 1 to {WeightForecast.FarthestStep} ahead of the last one",
                "snapshots");
        }

        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.training.forecast");
        using var lease = store.Read(TrainingIds.Require(request.TrainingId));
        var run = lease.Run;
        var options = ForecastDefaults.Resolve(
            request.Options, run.Manifest.Header.Tensors, run.IsSingle, "options");
        var (report, weights) = await PredictAsync(run, options, request.Snapshots, cancellationToken);
        await responses.WriteAsync(new ForecastResponse { Report = report }, cancellationToken);
        foreach (var frame in TensorPieces.OfWeights(run.Layout, weights, run.IsSingle))
        {
            await responses.WriteAsync(new ForecastResponse { Tensor = frame }, cancellationToken);
        }
    }

    // Snapshots are held no longer than this: a client that reads slowly must not keep the trainer waiting.
    private async Task<(ForecastReport Report, double[] Weights)> PredictAsync(
        TrainingRun run, ForecastOptions options, long ahead, CancellationToken cancellationToken)
    {
        var numerics = options.ToNumerics("options");
        using var snapshots = run.ReadStretch();
        RequireEnough(snapshots, options);
        var result = await TrainingFaults.TellAsync(
            gate.RunAsync(
                () => WeightForecast.Run(snapshots, numerics, [ahead], algebra, progress: null, cancellationToken),
                cancellationToken),
            "options");
        TensorPieces.RequireRepresentable(result.Weights[0], run.IsSingle);
        var report = result.Summary.ToReport(options, run, ahead);
        report.Warnings.Add(ForecastWarnings.Of(snapshots, result.Summary));
        return (report, result.Weights[0]);
    }

    private static void RequireEnough(SpooledTrajectory snapshots, ForecastOptions options)
    {
        var needed = Math.Max(Math.Max(3, options.Delays + 2), options.Snapshots);
        if (snapshots.Snapshots.Count < needed)
        {
            throw new PreconditionException(
                "TOO_FEW_SNAPSHOTS", "training_id",
                $"{snapshots.Snapshots.Count} snapshots are kept since the last break, the forecast takes {needed}");
        }
    }
}
