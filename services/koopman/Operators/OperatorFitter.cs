using Grpc.Core;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Fits an operator to a stream: reads it into a sink, then fits off the request's thread.</summary>
internal sealed class OperatorFitter(
    OperatorFiles files, FitGate gate, ILinearAlgebra algebra, TimeProvider time, IOptions<OperatorOptions> options)
{
    public async Task<FitResponse> FitAsync(
        IAsyncStreamReader<FitRequest> stream, CancellationToken cancellationToken)
    {
        using var open = gate.Open();
        var plan = FitPlan.Of(await ReadHeaderAsync(stream, cancellationToken));
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.operator.fit");
        activity?.SetTag(KoopmanTelemetry.MethodTag, plan.Method.Name);
        var sink = new BufferedFit(plan, options.Value.MaxBufferedBytes);
        var reader = new ChunkReader(plan, sink);
        while (await stream.MoveNext(cancellationToken))
        {
            if (stream.Current.PartCase != FitRequest.PartOneofCase.Chunk)
            {
                throw new InvalidRequestException(
                    "FIT_PART_INVALID",
                    $"after its header a stream of data has chunks only, got {stream.Current.PartCase}", "part");
            }

            reader.Add(stream.Current.Chunk);
        }

        KoopmanTelemetry.Snapshots.Add(reader.Seen.Rows);
        var (op, seconds) = await RunAsync(() => sink.Fit(algebra), cancellationToken);
        return await RespondAsync(plan.Request, op, reader.Seen, seconds, cancellationToken);
    }

    private async Task<(KoopmanOperator Operator, double Seconds)> RunAsync(
        Func<KoopmanOperator> fit, CancellationToken cancellationToken)
    {
        var result = await gate.RunAsync(
            () =>
            {
                var started = time.GetTimestamp();
                return (Operator: fit(), time.GetElapsedTime(started).TotalSeconds);
            },
            cancellationToken);
        KoopmanTelemetry.OperatorFitDuration.Record(result.TotalSeconds);
        return result;
    }

    private async Task<FitResponse> RespondAsync(
        EstimatorRequest request, KoopmanOperator op, DataSeen seen, double seconds, CancellationToken cancellationToken)
    {
        var stored = await files.SaveAsync(op, request, cancellationToken);
        var report = op.ToReport();
        seen.Pairs = op.Diagnostics.Pairs;
        (report.Data, report.Seconds) = (seen, seconds);
        return new FitResponse { OperatorId = stored.Digest, OperatorBytes = stored.Length, Report = report };
    }

    private static async Task<FitHeader> ReadHeaderAsync(
        IAsyncStreamReader<FitRequest> stream, CancellationToken cancellationToken) =>
        await stream.MoveNext(cancellationToken) && stream.Current.PartCase == FitRequest.PartOneofCase.Header
            ? stream.Current.Header
            : throw new InvalidRequestException(
                "FIT_HEADER_MISSING", "a stream of data to fit starts with a header message, got none", "header");
}
