using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>
/// One stream of pairs on its way into the fits: lifts that stream are folded as the pairs come, of those that have a
/// scaling block to train the first pairs are kept.
/// </summary>
internal sealed class StandInIntake
{
    private readonly StandInPlan _plan;
    private readonly int[] _streamed;

    public StandInIntake(StandInPlan plan, long maxBufferedBytes, ILinearAlgebra algebra)
    {
        _plan = plan;
        _streamed = [.. Enumerable.Range(0, plan.Lifts.Count).Where(i => plan.Lifts[i].Delays is null)];
        Fitter = new StandInFitter(
            plan.Before, plan.After, [.. _streamed.Select(i => plan.Lifts[i])], plan.Options, algebra);
        Layer = plan.Header.DenseRelu ? new DenseReluLayer(plan.Before, plan.After) : null;
        Delayed = Layer is not null && _streamed.Length < plan.Lifts.Count
            ? new DelayRows(plan.Before, plan.After, maxBufferedBytes)
            : null;
    }

    /// <summary>Of the lifts that stream.</summary>
    public StandInFitter Fitter { get; }

    public DenseReluLayer? Layer { get; }

    /// <summary>Null when nothing has to be trained, or nothing can be.</summary>
    public DelayRows? Delayed { get; }

    /// <summary>The fitter's number of a lift that streams.</summary>
    public int Streamed(int lift) => Array.IndexOf(_streamed, lift);

    public async Task ReadAsync(IAsyncStreamReader<FitStandInsRequest> stream, CancellationToken cancellationToken)
    {
        var complete = Layer is null;
        await foreach (var message in stream.ReadLentAsync(cancellationToken))
        {
            if (message.PartCase == FitStandInsRequest.PartOneofCase.Tensor && Layer is not null && !complete)
            {
                Layer.Accept(message.Tensor);
                continue;
            }

            if (message.PartCase != FitStandInsRequest.PartOneofCase.Chunk)
            {
                throw new InvalidRequestException(
                    "STAND_IN_PART_INVALID",
                    $"after its header a stream of pairs has the tensors of a dense region and then chunks only, got "
                    + $"{message.PartCase}",
                    "part");
            }

            if (!complete)
            {
                Layer!.Complete();
                complete = true;
            }

            Add(message.Chunk);
        }

        if (Fitter.Rows == 0)
        {
            throw new InvalidRequestException(
                "PAIRS_MISSING", "the stream ended without a pair, expected at least one chunk", "chunk");
        }
    }

    private void Add(PairsChunk chunk)
    {
        if (chunk.Rows < 1)
        {
            throw new InvalidRequestException(
                "PAIRS_ROWS_INVALID", $"a chunk has {chunk.Rows} rows, expected at least 1", "chunk.rows");
        }

        var before = TensorCodec.View<float>(chunk.Before, (long)chunk.Rows * _plan.Before, "chunk.before");
        var after = TensorCodec.View<float>(chunk.After, (long)chunk.Rows * _plan.After, "chunk.after");
        Fitter.Add(before, after, chunk.Rows);
        Delayed?.Add(before, after, chunk.Rows);
    }
}
