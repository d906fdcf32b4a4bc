using System.Globalization;
using Grpc.Core;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Pruning;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using WindowOptions = KoopmanMesh.Training.V1.WindowOptions;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>Scores the parameters of a stored run by its newest window, and prunes the smallest.</summary>
internal sealed class PruneCall(TrainingStore store, TrainingGate gate, ILinearAlgebra algebra)
{
    public async Task RunAsync(
        PruneRequest request, IServerStreamWriter<PruneResponse> responses, CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        Check(request);
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.training.prune");
        using var lease = store.Read(TrainingIds.Require(request.TrainingId));
        var run = lease.Run;
        var options = request.Window is null
            ? run.Manifest.Header.Window
            : WindowDefaults.Resolve(request.Window, Observable.Weights, run.IsSingle, "window");
        var found = await PruneAsync(request, options, run, cancellationToken);
        await responses.WriteAsync(new PruneResponse { Report = found.Report }, cancellationToken);
        var frames = TensorPieces.Of(run.Layout, found.Mask.Keep, "")
            .Concat(TensorPieces.Of<byte>(run.Layout, found.Frozen, "frozen:"));
        foreach (var frame in frames)
        {
            await responses.WriteAsync(new PruneResponse { Tensor = frame }, cancellationToken);
        }
    }

    // Snapshots are held no longer than this: a client that reads slowly must not keep the trainer waiting.
    private async Task<(PruneReport Report, PruningMask Mask, byte[] Frozen)> PruneAsync(
        PruneRequest request, WindowOptions options, TrainingRun run, CancellationToken cancellationToken)
    {
        using var snapshots = run.ReadStretch();
        var window = WindowOf(snapshots, options);
        return await TrainingFaults.TellAsync(
            gate.RunAsync(() => Prune(request, window, options, run, cancellationToken), cancellationToken),
            "training_id");
    }

    private (PruneReport Report, PruningMask Mask, byte[] Frozen) Prune(
        PruneRequest request, TrajectoryRange window, WindowOptions options, TrainingRun run,
        CancellationToken cancellationToken)
    {
        var alpha = request.HasAlpha ? request.Alpha : KoopmanPruning.DefaultAlpha;
        var modes = WindowAnalysis.Analyze(window, options.ToNumerics(), algebra, layer: null, cancellationToken);
        var scores = KoopmanPruning.Score(window, modes, alpha, algebra, cancellationToken);
        var mask = KoopmanPruning.Mask(scores, request.Fraction, request.PerTensor, request.Biases);
        var frozen = KoopmanPruning.Frozen(scores);
        var magnitudes = KoopmanPruning.Mask(
            KoopmanPruning.Magnitudes(window, window.Snapshots.Count - 1), request.Fraction, request.PerTensor,
            request.Biases);
        var report = new PruneReport
        {
            Fraction = request.Fraction,
            Alpha = alpha,
            Prunable = mask.Prunable,
            Pruned = mask.Pruned,
            Frozen = frozen.AsSpan().Count((byte)1),
            Threshold = mask.Threshold,
            Window = modes.ToMessage(modes.IsSettled(run.Manifest.Header.Stop.ToNumerics())),
            MagnitudeOverlap = mask.OverlapWith(magnitudes),
            TensorFractions = { mask.TensorFractions },
        };
        return (report, mask, frozen);
    }

    private static TrajectoryRange WindowOf(SpooledTrajectory snapshots, WindowOptions options)
    {
        var (count, span) = (snapshots.Snapshots.Count, TrainingPlan.SpanOf(options));
        return count >= span
            ? new TrajectoryRange(snapshots, count - span, span)
            : throw new PreconditionException(
                "TOO_FEW_SNAPSHOTS", "training_id",
                $"{count} snapshots are kept since the last break, the window takes {span}");
    }

    private static void Check(PruneRequest request)
    {
        if (!(request.Fraction is >= 0 and < 1))
        {
            throw Invalid("fraction", request.Fraction, "at least 0, less than 1");
        }

        if (request.HasAlpha && !(request.Alpha >= 0 && double.IsFinite(request.Alpha)))
        {
            throw Invalid("alpha", request.Alpha, "at least 0");
        }
    }

    private static InvalidRequestException Invalid(string field, double value, string expected) => new(
        "PRUNE_INVALID", string.Create(CultureInfo.InvariantCulture, $"{field} is {value}, expected {expected}"),
        field);
}
