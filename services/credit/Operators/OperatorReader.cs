using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Operators;

/// <summary>Reads operators from the koopman service; docs/operators.md names the tensors and their shapes.</summary>
internal sealed class OperatorReader(FitService.FitServiceClient fits)
{
    public async Task<FittedOperator> ReadAsync(string runId, int component, CancellationToken cancellationToken)
    {
        var request = new GetOperatorRequest { RunId = runId, Component = component };
        using var call = fits.GetOperator(request, cancellationToken: cancellationToken);
        var assembler = new TensorAssembler();
        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        OperatorSummary? summary = null;
        await foreach (var part in call.ResponseStream.ReadLentAsync(cancellationToken))
        {
            if (part.PartCase == GetOperatorResponse.PartOneofCase.Summary)
            {
                summary = part.Summary;
            }
            else if (assembler.Accept(part.Tensor) is { } tensor)
            {
                tensors[tensor.Name] = tensor;
            }
        }

        assembler.Complete();
        return summary is null
            ? throw new TensorStreamException($"the operator of component {component} came without its summary")
            : new FittedOperator(summary, ToLink(summary, tensors));
    }

    private static ChainLink ToLink(OperatorSummary summary, Dictionary<string, NamedTensor> tensors)
    {
        var rank = summary.Fit.Rank;
        var (n, p) = (summary.BeforeWidth, summary.AfterWidth);
        var width = rank + p;
        var counts = Values(tensors, "blocks.counts");
        return new ChainLink
        {
            // Row-major [r, n] is column-major n x r: the transposes are free.
            Basis = new Matrix(n, rank, Values(tensors, "basis", rank, n)),
            ReducedSlope = new Matrix(p, rank, Values(tensors, "coefficients", rank, p)),
            Moments = new PairMoments(
                rank,
                p,
                counts.Sum(),
                Values(tensors, "moments.mean", width),
                new Matrix(width, width, Values(tensors, "moments.scatter", width, width))),
            Blocks = tensors.ContainsKey("blocks.scatters") ? ToBlocks(tensors, counts, rank, p) : null,
            OperatorDet = summary.Spectrum.HasLogOperatorDet ? summary.Spectrum.LogOperatorDet : null,
        };
    }

    private static BlockMoments ToBlocks(Dictionary<string, NamedTensor> tensors, double[] counts, int rank, int p)
    {
        var width = rank + p;
        var packed = width * (width + 1) / 2;
        return new BlockMoments(
            rank,
            p,
            counts,
            new Matrix(width, counts.Length, Values(tensors, "blocks.means", counts.Length, width)),
            Values(tensors, "blocks.centre", width),
            new Matrix(packed, counts.Length, Values(tensors, "blocks.scatters", counts.Length, packed)));
    }

    private static double[] Values(
        Dictionary<string, NamedTensor> tensors, string name, params ReadOnlySpan<long> shape)
    {
        var tensor = tensors.GetValueOrDefault(name)
            ?? throw new TensorStreamException($"the operator came without its tensor '{name}'");
        return shape.IsEmpty ? tensor.Values<double>() : tensor.Values<double>(shape);
    }
}
