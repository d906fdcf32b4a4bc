using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>What a call of StandInService answers, message by message.</summary>
internal sealed class StandInWriter(
    IServerStreamWriter<FitStandInsResponse> responses, CancellationToken cancellationToken)
{
    public Task WriteAsync(string lift, double fraction) => responses.WriteAsync(
        new FitStandInsResponse { Progress = new StandInProgress { Lift = lift, Fraction = fraction } },
        cancellationToken);

    /// <summary>The stand-ins of a lift, each a summary and its file, or the refusal.</summary>
    public async Task WriteAsync(string lift, IReadOnlyList<StandInFit> fits, string? refusal, double seconds)
    {
        if (refusal is not null)
        {
            await responses.WriteAsync(
                new FitStandInsResponse { Refusal = new StandInRefusal { Lift = lift, Reason = refusal } },
                cancellationToken);
        }

        foreach (var fit in fits)
        {
            using var file = new MemoryStream();
            fit.StandIn.ToArchive().Write(file);
            await responses.WriteAsync(
                new FitStandInsResponse { Summary = Summary(lift, fit, file.Length, seconds) }, cancellationToken);
            for (var start = 0; start < file.Length; start += TensorCodec.ChunkBytes)
            {
                var bytes = file.GetBuffer().AsSpan(start, (int)Math.Min(TensorCodec.ChunkBytes, file.Length - start));
                await responses.WriteAsync(
                    new FitStandInsResponse { File = ByteString.CopyFrom(bytes) }, cancellationToken);
            }
        }
    }

    private static StandInSummary Summary(string lift, StandInFit fit, long bytes, double seconds) => new()
    {
        Lift = lift,
        AskedRank = fit.AskedRank,
        Rank = fit.Rank,
        Observables = fit.StandIn.Observables.Count,
        Parameters = fit.StandIn.Parameters,
        Rows = fit.Rows,
        HeldOutError = fit.HeldOutError,
        FittedError = fit.FittedError,
        ConditionNumber = fit.ConditionNumber,
        DigitsLost = fit.DigitsLost,
        FileBytes = bytes,
        Warnings = { fit.Warnings },
        Seconds = seconds,
    };
}
