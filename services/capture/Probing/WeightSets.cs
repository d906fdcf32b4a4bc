using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;
using Part = KoopmanMesh.Training.V1.EvaluateWeightsRequest.PartOneofCase;

namespace KoopmanMesh.Capture.Probing;

/// <summary>Reads the messages of an evaluation: the header, then one set of weights after the other.</summary>
internal sealed class WeightSets(IAsyncStreamReader<EvaluateWeightsRequest> stream)
{
    public async Task<ProbeHeader> ReadHeaderAsync(CancellationToken cancellationToken) =>
        await stream.MoveNext(cancellationToken) && stream.Current.PartCase == Part.Header
            ? stream.Current.Header
            : throw new InvalidRequestException(
                "PROBE_HEADER_MISSING", "an evaluation starts with a header message, got none", "header");

    /// <summary>The sets as they are complete. A set takes no more memory than the network's own weights.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Weight>> ReadAsync(
        WeightExchange exchange, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var assembler = new TensorAssembler();
        var (set, names) = (new List<Weight>(), new HashSet<string>(StringComparer.Ordinal));
        while (await stream.MoveNext(cancellationToken))
        {
            var request = stream.Current;
            switch (request.PartCase)
            {
                case Part.Tensor:
                    Check(request.Tensor, exchange, names);
                    if (assembler.Accept(request.Tensor) is { } tensor)
                    {
                        set.Add(ToWeight(tensor));
                    }

                    break;
                case Part.End:
                    assembler.Complete();
                    yield return set;
                    (set, names) = ([], new HashSet<string>(StringComparer.Ordinal));
                    break;
                default:
                    throw new InvalidRequestException(
                        "PROBE_PART_INVALID",
                        $"after its header an evaluation has tensors and ends of sets only, got {request.PartCase}");
            }
        }

        if (names.Count > 0)
        {
            throw new InvalidRequestException(
                "WEIGHTS_UNFINISHED", $"the stream ended {names.Count} tensors into a set of weights, before its end",
                "end");
        }
    }

    /// <summary>Refuses what the network has no place for before its bytes come.</summary>
    private static void Check(TensorFrame frame, WeightExchange exchange, HashSet<string> names)
    {
        if (frame.FrameCase == TensorFrame.FrameOneofCase.Header)
        {
            exchange.Require(frame.Header.Name, frame.Header.Shape);
            if (!names.Add(frame.Header.Name))
            {
                throw new InvalidRequestException(
                    "WEIGHT_TWICE", $"the weight '{frame.Header.Name}' comes twice in one set", "tensor.header.name");
            }
        }
    }

    private static Weight ToWeight(NamedTensor tensor)
    {
        if (tensor.ElementType != ElementType.Float64)
        {
            return new Weight(tensor.Name, tensor.Shape, tensor.Values<float>());
        }

        var values = tensor.Values<double>();
        var narrow = new float[values.Length];
        TensorPrimitives.ConvertTruncating<double, float>(values, narrow);
        return new Weight(tensor.Name, tensor.Shape, narrow);
    }
}
