using Grpc.Core;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Interventions;

/// <summary>Reads a component's affine stand-ins from the koopman service (docs/operators.md).</summary>
internal sealed class StandInReader(FitService.FitServiceClient fits, ILinearAlgebra algebra)
{
    private static readonly (string Intervention, string Prefix)[] _standIns =
    [
        ("affine-stand-in", ""), ("rank-1-stand-in", "stand_in_1."), ("rank-5-stand-in", "stand_in_5."),
    ];

    /// <summary>The best affine map and its versions of rank 1 and 5, between the tensors themselves.</summary>
    public async Task<IReadOnlyList<StandInIntervention>> ReadAsync(
        string runId, int component, Cut before, Cut after, CancellationToken cancellationToken)
    {
        var request = new GetOperatorRequest { RunId = runId, Component = component };
        using var call = fits.GetOperator(request, cancellationToken: cancellationToken);
        var assembler = new TensorAssembler();
        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);

        // What stand-ins need comes first; the row blocks after it are the credit service's.
        while (tensors.Count < 3 + (2 * (_standIns.Length - 1))
            && await call.ResponseStream.MoveNext(cancellationToken))
        {
            if (call.ResponseStream.Current is { PartCase: GetOperatorResponse.PartOneofCase.Tensor, Tensor: var frame }
                && assembler.Accept(frame) is { } tensor)
            {
                tensors[tensor.Name] = tensor;
            }
        }

        return
        [
            .. _standIns.Select(s =>
                new StandInIntervention(s.Intervention, ToStandIn(tensors, s.Prefix, before, after))),
        ];
    }

    private AffineStandIn ToStandIn(Dictionary<string, NamedTensor> tensors, string prefix, Cut before, Cut after)
    {
        var rank = (int)Require(tensors, "basis").Shape[0];
        var right = new Matrix(before.Width, rank, Require(tensors, "basis").Values<double>(rank, before.Width));
        var left = new Matrix(
            after.Width, rank, Require(tensors, $"{prefix}coefficients").Values<double>(rank, after.Width));
        var offset = Require(tensors, $"{prefix}offset").Values<double>(after.Width);
        return Decompress(right, left, offset, before.Compression, after.Compression);
    }

    /// <summary>
    /// At compressed cuts the map is between coordinates u = U'(x - m): y = m_y + U_y (c + L R' U_x'(x - m_x)), an
    /// affine map of x again.
    /// </summary>
    private AffineStandIn Decompress(Matrix right, Matrix left, double[] offset, PcaBasis? before, PcaBasis? after)
    {
        if (before is not null)
        {
            var mean = algebra.Multiply(
                before.Basis, new Matrix(before.Mean.Length, 1, [.. before.Mean]), transposeA: true);
            var shift = algebra.Multiply(left, algebra.Multiply(right, mean, transposeA: true));
            offset = [.. offset.Select((c, i) => c - shift[i, 0])];
            right = algebra.Multiply(before.Basis, right);
        }

        if (after is not null)
        {
            var lifted = algebra.Multiply(after.Basis, new Matrix(offset.Length, 1, offset));
            offset = [.. after.Mean.Select((m, i) => m + lifted[i, 0])];
            left = algebra.Multiply(after.Basis, left);
        }

        return new AffineStandIn(right, left, offset, algebra);
    }

    private static NamedTensor Require(Dictionary<string, NamedTensor> tensors, string name) =>
        tensors.GetValueOrDefault(name)
            ?? throw new TensorStreamException($"the operator came without its tensor '{name}'");
}
