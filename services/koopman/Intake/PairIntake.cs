using System.Diagnostics;
using Grpc.Core;
using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>
/// Folds a stream of snapshot pairs into an accumulator as they arrive: memory does not grow with the rows, and a slow
/// fold slows its sender through the stream's own flow control.
/// </summary>
internal sealed class PairIntake(
    AccumulatorStore store, AccumulatorBudget budget, RunCancellations cancellations, ILinearAlgebra algebra)
{
    public async Task<StreamSnapshotPairsResponse> TakeAsync(
        IAsyncStreamReader<StreamSnapshotPairsRequest> stream, CancellationToken cancellationToken)
    {
        var header = await ReadHeaderAsync(stream, cancellationToken);
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.fold");
        activity?.SetTag(KoopmanTelemetry.RunTag, header.Key.RunId)
            .SetTag(KoopmanTelemetry.ComponentTag, header.Key.Component)
            .SetTag(KoopmanTelemetry.ShardTag, header.Key.Shard);
        using var linked = cancellations.Link(header.Key.RunId, cancellationToken);

        using var share = budget.Hold(PairFold.EstimateBytes(header));
        var pairs = await FoldAsync(stream, new PairFold(header, algebra), linked.Token);
        KoopmanTelemetry.Snapshots.Add(pairs.Rows);
        activity?.SetTag(KoopmanTelemetry.RowsTag, pairs.Rows);
        var (digest, alignment) = await store.SaveAsync(pairs, linked.Token);
        return new StreamSnapshotPairsResponse
        {
            Rows = pairs.Rows,
            AccumulatorDigest = digest,
            AlignmentDigest = alignment ?? "",
        };
    }

    private static async Task<AccumulatedPairs> FoldAsync(
        IAsyncStreamReader<StreamSnapshotPairsRequest> stream, PairFold fold, CancellationToken cancellationToken)
    {
        KoopmanTelemetry.StreamsOpen.Add(1);
        try
        {
            await foreach (var message in stream.ReadLentAsync(cancellationToken))
            {
                switch (message.PartCase)
                {
                    case StreamSnapshotPairsRequest.PartOneofCase.Tensor:
                        fold.AddTensor(message.Tensor);
                        break;
                    case StreamSnapshotPairsRequest.PartOneofCase.Chunk:
                        fold.Add(message.Chunk);
                        break;
                    default:
                        throw new InvalidRequestException(
                            "PAIRS_PART_INVALID",
                            $"after its header a stream of pairs has tensors and chunks only, "
                            + $"got {message.PartCase}",
                            "part");
                }
            }

            return fold.Finish();
        }
        finally
        {
            KoopmanTelemetry.StreamsOpen.Add(-1);
        }
    }

    private static async Task<PairsHeader> ReadHeaderAsync(
        IAsyncStreamReader<StreamSnapshotPairsRequest> stream, CancellationToken cancellationToken)
    {
        if (!await stream.MoveNext(cancellationToken)
            || stream.Current.PartCase != StreamSnapshotPairsRequest.PartOneofCase.Header)
        {
            throw new InvalidRequestException(
                "PAIRS_HEADER_MISSING", "a stream of snapshot pairs starts with a header message, got none", "header");
        }

        var header = stream.Current.Header;
        StreamKeys.Require(header.Key);
        StreamKeys.RequireWidth(header.BeforeWidth, "header.before_width");
        StreamKeys.RequireWidth(header.AfterWidth, "header.after_width");
        if (header.TotalRows < 1 || header.FirstRow < 0 || header.FirstRow >= header.TotalRows)
        {
            throw new InvalidRequestException(
                "PAIRS_ROWS_INVALID",
                $"first_row is {header.FirstRow} of total_rows {header.TotalRows}, "
                + "expected a row of a data set of at least one",
                "header.first_row");
        }

        header.Options = AnalysisDefaults.Resolve(header.Options);
        return header;
    }
}
