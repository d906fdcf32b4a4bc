using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>Bounds on the difference of two networks, and searches for the row where it is largest.</summary>
internal sealed class BoundClient(CallInvoker calls)
{
    private readonly BoundService.BoundServiceClient _bounds = new(calls);

    /// <summary>The ladder of two networks on a box; no rows are sent, so that only its first rung says something.</summary>
    public async Task<BoundLadder> BoundAsync(
        BoundHeader header, BoundsBox box, CancellationToken cancellationToken)
    {
        using var call = _bounds.BoundHybrid(cancellationToken: cancellationToken);
        var requests = Frames(box).Select(frame => new BoundHybridRequest { Tensor = frame })
            .Prepend(new BoundHybridRequest { Header = header });
        await RequestStream.WriteAllAsync(call.RequestStream, requests, cancellationToken);
        return (await call.ResponseAsync).Bounds;
    }

    /// <summary>Searches a box; tells how far it is, and what it found last.</summary>
    public async IAsyncEnumerable<SearchBoxResponse> SearchAsync(
        SearchHeader header, BoundsBox box,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = _bounds.SearchBox(cancellationToken: cancellationToken);
        var requests = Frames(box).Select(frame => new SearchBoxRequest { Tensor = frame })
            .Prepend(new SearchBoxRequest { Header = header });
        await RequestStream.WriteAllAsync(call.RequestStream, requests, cancellationToken);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            yield return response;
        }
    }

    private static IEnumerable<TensorFrame> Frames(BoundsBox box) =>
        Frames("lower", [.. box.Lower]).Concat(Frames("upper", [.. box.Upper]));

    private static IEnumerable<TensorFrame> Frames(string name, double[] bounds) =>
        TensorCodec.Frames<double>(name, bounds, bounds.Length);
}
