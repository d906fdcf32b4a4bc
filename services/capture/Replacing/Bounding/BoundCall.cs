using Grpc.Core;
using KoopmanMesh.Capture.Boxes;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Capture.Replacing.Bounding;

/// <summary>What is asked of the credit service about a network or a hybrid on a box.</summary>
internal sealed class BoundCall(BoundService.BoundServiceClient service)
{
    /// <summary>Counts the ReLUs of a model that are not settled on the box.</summary>
    public async Task<CountUnstableResponse> CountAsync(
        ArtifactRef model, FeatureBox box, CancellationToken cancellationToken)
    {
        using var call = service.CountUnstable(cancellationToken: cancellationToken);
        IEnumerable<CountUnstableRequest> requests =
        [
            new() { Model = model },
            .. Frames(box).Select(frame => new CountUnstableRequest { Tensor = frame }),
        ];
        return await SendAsync(call, requests, cancellationToken);
    }

    /// <summary>Bounds what original and hybrid differ by.</summary>
    public async Task<BoundLadder> BoundAsync(
        BoundHeader header, FeatureBox box, IEnumerable<DifferenceChunk> differences,
        CancellationToken cancellationToken)
    {
        using var call = service.BoundHybrid(cancellationToken: cancellationToken);
        var requests = Frames(box).Select(frame => new BoundHybridRequest { Tensor = frame })
            .Prepend(new BoundHybridRequest { Header = header })
            .Concat(differences.Select(chunk => new BoundHybridRequest { Differences = chunk }));
        return (await SendAsync(call, requests, cancellationToken)).Bounds;
    }

    private static IEnumerable<TensorFrame> Frames(FeatureBox box) =>
        TensorCodec.Frames<double>("lower", box.Lower, box.Features)
            .Concat(TensorCodec.Frames<double>("upper", box.Upper, box.Features));

    private static async Task<TResponse> SendAsync<TRequest, TResponse>(
        AsyncClientStreamingCall<TRequest, TResponse> call, IEnumerable<TRequest> requests,
        CancellationToken cancellationToken)
    {
        try
        {
            foreach (var request in requests)
            {
                await call.RequestStream.WriteAsync(request, cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (InvalidOperationException)
        {
            // The receiver ended the call early; its status, which the response carries, says why.
        }

        return await call.ResponseAsync;
    }
}
