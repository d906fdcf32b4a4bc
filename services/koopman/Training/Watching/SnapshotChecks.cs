using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>What a snapshot may be, in one sentence each.</summary>
internal static class SnapshotChecks
{
    public static void RequireAscending(SnapshotHeader header, StoredSnapshot? last)
    {
        if (header.Step < 0)
        {
            throw Invalid("STEP_INVALID", $"snapshot.step is {header.Step}, expected 0 or more", "snapshot.step");
        }

        if (last is not null && header.Step <= last.Snapshot.Step)
        {
            throw Invalid(
                "STEPS_NOT_ASCENDING",
                $"the snapshot of step {header.Step} came after that of step {last.Snapshot.Step}, expected ascending "
                + "steps",
                "snapshot.step");
        }
    }

    public static void RequireKnown(SnapshotHeader header)
    {
        if (header.Scalars is not { } scalars)
        {
            return;
        }

        Require(scalars.HasLoss, scalars.Loss, "loss", double.NegativeInfinity, double.PositiveInfinity);
        Require(
            scalars.HasValidationLoss, scalars.ValidationLoss, "validation_loss", double.NegativeInfinity,
            double.PositiveInfinity);
        Require(scalars.HasAccuracy, scalars.Accuracy, "accuracy", 0, 1);
        Require(scalars.HasLearningRate, scalars.LearningRate, "learning_rate", 0, double.PositiveInfinity);
        Require(scalars.HasSeconds, scalars.Seconds, "seconds", 0, double.PositiveInfinity);

        void Require(bool given, double value, string name, double least, double most)
        {
            if (given && !(double.IsFinite(value) && value >= least && value <= most))
            {
                var expected = double.IsFinite(most) ? $"{least} to {most}"
                    : double.IsFinite(least) ? $"a finite number of at least {least}"
                    : "a finite number";
                throw Invalid(
                    "SCALAR_INVALID",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"scalars.{name} of step {header.Step} is {value}, expected {expected}; ")
                    + "leave out what is not known",
                    $"snapshot.scalars.{name}");
            }
        }
    }

    /// <summary>Refuses a NaN or an infinity, naming where it is.</summary>
    /// <param name="data">A whole number of values.</param>
    /// <param name="first">Index in the snapshot of the first of them.</param>
    /// <param name="step">Of the snapshot.</param>
    /// <param name="run">Whose snapshot it is.</param>
    public static void RequireFinite(ByteString data, long first, long step, TrainingRun run)
    {
        if (run.IsSingle)
        {
            RequireFinite(TensorCodec.View<float>(data, data.Length / sizeof(float), "data"), first, step, run);
        }
        else
        {
            RequireFinite(TensorCodec.View<double>(data, data.Length / sizeof(double), "data"), first, step, run);
        }
    }

    private static void RequireFinite<T>(ReadOnlySpan<T> values, long first, long step, TrainingRun run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        var bad = 0;
        while (T.IsFinite(values[bad]))
        {
            bad++;
        }

        var tensor = run.Layout.TensorAt(first + bad);
        throw Invalid(
            "VALUE_NOT_FINITE",
            $"value {first + bad - run.Layout.Start(tensor)} of tensor {run.Layout.Tensors[tensor]} at step {step} is "
            + string.Create(CultureInfo.InvariantCulture, $"{values[bad]}, expected a finite number"),
            "data");
    }

    private static InvalidRequestException Invalid(string reason, string message, string field) =>
        new(reason, message, field);
}
