using System.Runtime.CompilerServices;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>One component's stream of snapshot pairs to the koopman service.</summary>
internal sealed class PairSender(
    AsyncClientStreamingCall<StreamSnapshotPairsRequest, StreamSnapshotPairsResponse> call,
    int chunkBytes) : IDisposable
{
    /// <summary>Snapshot bytes sent so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Opens the stream: header, then the alignment where there is one (V' [r, n]).</summary>
    public static async Task<PairSender> OpenAsync(
        FitService.FitServiceClient fits, PairsHeader header, Matrix? alignment, int chunkBytes,
        CancellationToken cancellationToken)
    {
        var call = fits.StreamSnapshotPairs(cancellationToken: cancellationToken);
        var sender = new PairSender(call, chunkBytes);
        await sender.WriteAsync(new StreamSnapshotPairsRequest { Header = header }, cancellationToken);
        if (alignment is { } v)
        {
            foreach (var frame in LentStreams.LentFrames<double>("alignment", v.AsMemory(), [v.Columns, v.Rows]))
            {
                await sender.WriteAsync(new StreamSnapshotPairsRequest { Tensor = frame }, cancellationToken);
            }
        }

        return sender;
    }

    /// <summary>Sends pairs; the memory is free again when the task is done.</summary>
    public async Task SendAsync(
        ReadOnlyMemory<float> before, ReadOnlyMemory<float> after, int rows, CancellationToken cancellationToken)
    {
        var request = new StreamSnapshotPairsRequest();
        foreach (var chunk in SnapshotChunker.Cut(before, after, rows, chunkBytes))
        {
            Bytes += chunk.Before.Length + chunk.After.Length;
            request.Chunk = chunk;
            await WriteAsync(request, cancellationToken);
        }
    }

    /// <summary>Ends the stream and waits until everything is in the accumulator.</summary>
    public async Task<StreamSnapshotPairsResponse> CompleteAsync()
    {
        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync;
    }

    public void Dispose() => call.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(StreamSnapshotPairsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // The receiver ended the call early: its status says why.
            await call.ResponseAsync;
            throw;
        }
    }
}
