using System.Runtime.CompilerServices;
using Grpc.Core;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>A network that runs for an analysis of training, seen from outside.</summary>
internal sealed class ProbeClient(CallInvoker calls)
{
    private readonly ProbeService.ProbeServiceClient _probes = new(calls);

    /// <summary>Loss and accuracy for each set of weights, in their order.</summary>
    public async Task<IReadOnlyList<EvaluateWeightsResponse>> EvaluateAsync(
        ProbeHeader header, IEnumerable<IEnumerable<TensorFrame>> sets, CancellationToken cancellationToken)
    {
        using var call = _probes.EvaluateWeights(cancellationToken: cancellationToken);
        var requests = sets
            .SelectMany(set => set.Select(frame => new EvaluateWeightsRequest { Tensor = frame })
                .Append(new EvaluateWeightsRequest { End = new EndOfWeights() }))
            .Prepend(new EvaluateWeightsRequest { Header = header });
        await RequestStream.WriteAllAsync(call.RequestStream, requests, cancellationToken);
        var responses = new List<EvaluateWeightsResponse>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            responses.Add(response);
        }

        return responses;
    }

    /// <summary>What a network makes of rows: the frames of "inputs" and "outputs".</summary>
    public async IAsyncEnumerable<TensorFrame> MapAsync(
        MapRowsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = _probes.MapRows(request, cancellationToken: cancellationToken);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            yield return response.Tensor;
        }
    }
}
