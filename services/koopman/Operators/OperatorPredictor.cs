using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>
/// Predicts with an operator in pieces: memory does not grow with the steps, and each piece looks at the token.
/// </summary>
internal sealed class OperatorPredictor(OperatorFiles files, ILinearAlgebra algebra)
{
    private const long MostSteps = 1L << 24;
    private const long MostNumbers = 1L << 28;
    private const int PieceNumbers = 1 << 17;
    private const long PieceOperations = 1L << 28;

    public async Task<bool> PredictAsync(
        IAsyncStreamReader<PredictRequest> stream, IServerStreamWriter<PredictResponse> responses,
        CancellationToken cancellationToken)
    {
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.operator.predict");
        var intake = await PredictIntake.ReadAsync(stream, files, cancellationToken);
        var (op, steps) = (intake.Operator, intake.Steps);
        if (steps is < 1 or > MostSteps || steps * op.StateWidth > MostNumbers)
        {
            throw new InvalidRequestException(
                "STEPS_INVALID",
                $"steps is {steps} of {op.StateWidth} features, expected 1 to {MostSteps} and {MostNumbers} numbers "
                + "together",
                "header.steps");
        }

        var inputs = intake.Inputs(op);
        var z = op.Encode(intake.History(op), algebra);
        var piece = PieceOf(op);
        for (var done = 0L; done < steps; done += piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = (int)Math.Min(piece, steps - done);
            var states = op.Advance(z, done, count, algebra, inputs?.SelectColumns((int)done, count));
            if (done == 0)
            {
                // After the first piece, so that what it refuses comes as an error with no answer before it.
                await WriteAsync(responses, new TensorFrame { Header = HeaderOf(steps, op) }, cancellationToken);
            }

            foreach (var frame in LentStreams.LentFrames<double>("states", states.AsMemory(), [count, op.StateWidth]).Skip(1))
            {
                await WriteAsync(responses, frame, cancellationToken);
            }
        }

        return true;
    }

    // Little enough memory, and little enough work for the token to be looked at soon.
    private static int PieceOf(KoopmanOperator op)
    {
        var work = (long)Math.Max(1, op.Rank) * (op.Rank + op.StateWidth + op.InputWidth);
        return (int)Math.Clamp(Math.Min(PieceNumbers / op.StateWidth, PieceOperations / work), 1, PieceNumbers);
    }

    private static TensorHeader HeaderOf(long steps, KoopmanOperator op) => new()
    {
        Name = "states",
        ElementType = ElementType.Float64,
        Shape = { steps, op.StateWidth },
        ByteLength = steps * op.StateWidth * sizeof(double),
    };

    private static Task WriteAsync(
        IServerStreamWriter<PredictResponse> responses, TensorFrame frame, CancellationToken cancellationToken) =>
        responses.WriteAsync(new PredictResponse { Tensor = frame }, cancellationToken);
}
