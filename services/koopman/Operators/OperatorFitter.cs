using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Fits an operator to a stream, or to summaries that were kept.</summary>
internal sealed class OperatorFitter(
    OperatorFiles files, SummaryFiles summaries, SummaryMerger merger, FitGate gate, ILinearAlgebra algebra,
    TimeProvider time, IOptions<OperatorOptions> options)
{
    public async Task<FitResponse> FitAsync(
        IAsyncStreamReader<FitRequest> stream, CancellationToken cancellationToken)
    {
        using var open = gate.Open();
        var plan = FitPlan.Of(await ReadHeaderAsync(stream, cancellationToken));
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.operator.fit");
        activity?.SetTag(KoopmanTelemetry.MethodTag, plan.Method.Name);
        var sink = await SinkAsync(plan, cancellationToken);
        var reader = new ChunkReader(plan, sink);
        await foreach (var message in stream.ReadLentAsync(cancellationToken))
        {
            if (message.PartCase != FitRequest.PartOneofCase.Chunk)
            {
                throw new InvalidRequestException(
                    "FIT_PART_INVALID",
                    $"after its header a stream of data has chunks only, got {message.PartCase}", "part");
            }

            reader.Add(message.Chunk);
        }

        sink.EndTrajectory();
        KoopmanTelemetry.Snapshots.Add(reader.Seen.Rows);
        return await FitAsync(sink, plan.Request, reader.Seen, plan.Header.KeepSummary, cancellationToken);
    }

    public async Task<MergeResponse> MergeAsync(MergeRequest request, CancellationToken cancellationToken)
    {
        using var open = gate.Open();
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.operator.merge");
        var (sink, options, seen) = await merger.MergeAsync(request.SummaryIds, cancellationToken);
        var fit = await FitAsync(sink, options, seen, request.KeepSummary, cancellationToken);
        return new MergeResponse
        {
            OperatorId = fit.OperatorId,
            OperatorBytes = fit.OperatorBytes,
            SummaryId = fit.SummaryId,
            Report = fit.Report,
        };
    }

    private async Task<FitResponse> FitAsync(
        FitSink sink, EstimatorRequest request, DataSeen seen, bool keep, CancellationToken cancellationToken)
    {
        var (op, seconds) = await gate.RunAsync(
            () =>
            {
                var started = time.GetTimestamp();
                return (sink.Fit(algebra), time.GetElapsedTime(started).TotalSeconds);
            },
            cancellationToken);
        KoopmanTelemetry.OperatorFitDuration.Record(seconds);
        var stored = await files.SaveAsync(op, request, cancellationToken);
        var summary = keep && sink is StreamedFit { Stream: var stream }
            ? await summaries.SaveAsync(stream, request, seen, cancellationToken)
            : "";
        var report = op.ToReport();
        seen.Pairs = op.Diagnostics.Pairs;
        (report.Data, report.Seconds) = (seen, seconds);
        return new FitResponse
        {
            OperatorId = stored.Digest,
            OperatorBytes = stored.Length,
            SummaryId = summary,
            Report = report,
        };
    }

    private async Task<FitSink> SinkAsync(FitPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.Method.Streams)
        {
            return new BufferedFit(plan, ObservablesBound.Of(plan, algebra), options.Value.MaxBufferedBytes);
        }

        var stream = StreamedFit.Begin(plan, options.Value.MaxSummaryBytes, algebra);
        if (plan.Header.ObservablesOf is { Length: > 0 } id)
        {
            var manifest = await summaries.ReadAsync(id, "header.observables_of", cancellationToken);
            stream = ShardOf(summaries.Open(manifest, stream.Estimator, "header.observables_of"), stream);
        }

        return new StreamedFit(stream);
    }

    private static StreamingFit ShardOf(StreamingFit kept, StreamingFit wanted) =>
        kept.TimeStep == wanted.TimeStep && kept.Options == wanted.Options
            ? kept.Shard()
            : throw new InvalidRequestException(
                "SUMMARIES_DIFFER",
                $"the summary of observables_of is {kept.Options.Kind} with time step {kept.TimeStep}, expected "
                + $"{wanted.Options.Kind} with {wanted.TimeStep}",
                "header.observables_of");

    private static async Task<FitHeader> ReadHeaderAsync(
        IAsyncStreamReader<FitRequest> stream, CancellationToken cancellationToken) =>
        await stream.MoveNext(cancellationToken) && stream.Current.PartCase == FitRequest.PartOneofCase.Header
            ? stream.Current.Header
            : throw new InvalidRequestException(
                "FIT_HEADER_MISSING", "a stream of data to fit starts with a header message, got none", "header");
}
