using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;

namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>A stand-in as it came from the koopman service.</summary>
internal sealed record ReceivedStandIn(StandInSummary Summary, byte[] File);

/// <summary>One region's stream of snapshot pairs to the koopman service, and of stand-ins back.</summary>
internal sealed class StandInCall(
    AsyncDuplexStreamingCall<FitStandInsRequest, FitStandInsResponse> call, int chunkBytes) : IDisposable
{
    // A receiver that ends the call early says why in its status, which comes when the stand-ins are read.
    private bool _open = true;

    /// <summary>Opens the stream: header, then the weights where the region is one dense layer and ReLU.</summary>
    public static async Task<StandInCall> OpenAsync(
        StandInService.StandInServiceClient service, StandInHeader header, Region region, int chunkBytes,
        CancellationToken cancellationToken)
    {
        var opened = new StandInCall(service.FitStandIns(cancellationToken: cancellationToken), chunkBytes);
        var dense = region.DenseRelu;
        header.DenseRelu = dense is not null;
        await opened.WriteAsync(new FitStandInsRequest { Header = header }, cancellationToken);
        if (dense is not null)
        {
            var weights = dense.Weights;
            var frames = TensorCodec.Frames("weights", weights.AsMemory(), weights.Columns, weights.Rows)
                .Concat(TensorCodec.Frames("bias", dense.Bias, dense.Bias.Length));
            foreach (var frame in frames)
            {
                await opened.WriteAsync(new FitStandInsRequest { Tensor = frame }, cancellationToken);
            }
        }

        return opened;
    }

    /// <summary>Sends pairs; the memory is free again when the task is done. False when none are wanted.</summary>
    public async Task<bool> SendAsync(
        ReadOnlyMemory<float> before, ReadOnlyMemory<float> after, int rows, CancellationToken cancellationToken)
    {
        var request = new FitStandInsRequest();
        foreach (var chunk in SnapshotChunker.Cut(before, after, rows, chunkBytes))
        {
            request.Chunk = chunk;
            await WriteAsync(request, cancellationToken);
        }

        return _open;
    }

    /// <summary>Ends the pairs and reads what was fitted.</summary>
    public async Task<(List<ReceivedStandIn> Fitted, List<StandInRefusal> Refused)> ReceiveAsync(
        CancellationToken cancellationToken)
    {
        if (_open)
        {
            await call.RequestStream.CompleteAsync();
        }

        var (fitted, refused) = (new List<ReceivedStandIn>(), new List<StandInRefusal>());
        var filled = 0;
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            switch (response.PartCase)
            {
                case FitStandInsResponse.PartOneofCase.Summary:
                    RequireWhole(fitted, filled);
                    fitted.Add(new ReceivedStandIn(response.Summary, new byte[response.Summary.FileBytes]));
                    filled = 0;
                    break;
                case FitStandInsResponse.PartOneofCase.File:
                    filled += Append(fitted, filled, response.File);
                    break;
                case FitStandInsResponse.PartOneofCase.Refusal:
                    refused.Add(response.Refusal);
                    break;
            }
        }

        RequireWhole(fitted, filled);
        return (fitted, refused);
    }

    public void Dispose() => call.Dispose();

    private static int Append(List<ReceivedStandIn> fitted, int filled, ByteString piece)
    {
        var missing = fitted.Count == 0 ? 0 : fitted[^1].File.Length - filled;
        if (piece.Length > missing)
        {
            throw new TensorStreamException(
                $"a piece of {piece.Length} bytes came where {missing} bytes of a stand-in's file were missing");
        }

        piece.Span.CopyTo(fitted[^1].File.AsSpan(filled));
        return piece.Length;
    }

    private static void RequireWhole(List<ReceivedStandIn> fitted, int filled)
    {
        if (fitted.Count > 0 && filled < fitted[^1].File.Length)
        {
            throw new TensorStreamException(
                $"the file of the stand-in '{fitted[^1].Summary.Lift}' ended after {filled} of "
                + $"{fitted[^1].File.Length} bytes");
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(FitStandInsRequest request, CancellationToken cancellationToken)
    {
        if (!_open)
        {
            return;
        }

        try
        {
            await call.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            _open = false;
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
            _open = false;
        }
    }
}
