using System.Numerics.Tensors;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// One component as a map between the snapshots of its two cuts, f: R^n → R^p. At a compressed cut a snapshot z stands
/// for mean + U z, so that f is the component between the subspaces.
/// </summary>
internal sealed class ComponentMap : IDisposable
{
    private readonly NetworkSession _session;
    private readonly PcaBasis? _before;
    private readonly PcaBasis? _after;
    private readonly ILinearAlgebra _algebra;

    public ComponentMap(ComponentChain chain, Component component, Cut before, Cut after, ILinearAlgebra algebra)
    {
        _session = new NetworkSession(GraphSurgery.Extract(chain.Model, component.InputTensor, component.OutputTensor));
        (_before, _after, _algebra) = (before.Compression, after.Compression, algebra);
    }

    /// <summary>
    /// f of each column of <paramref name="x"/> (n × m); p × m. Values pass through float32, as in the network.
    /// </summary>
    public Matrix Apply(Matrix x, CancellationToken cancellationToken)
    {
        var input = _before is null ? x : AddMean(_algebra.Multiply(_before.Basis, x), _before.Mean);
        var rows = new float[input.AsSpan().Length];
        TensorPrimitives.ConvertTruncating<double, float>(input.AsSpan(), rows);
        var output = _session.Run(rows, x.Columns, cancellationToken).Output.Span;
        var y = new Matrix(output.Length / x.Columns, x.Columns);
        TensorPrimitives.ConvertTruncating<float, double>(output, y.AsSpan());
        return _after is null
            ? y
            : _algebra.Multiply(_after.Basis, AddMean(y, [.. _after.Mean.Select(mean => -mean)]), transposeA: true);
    }

    public void Dispose() => _session.Dispose();

    private static Matrix AddMean(Matrix x, double[] mean)
    {
        for (var j = 0; j < x.Columns; j++)
        {
            TensorPrimitives.Add(x.Column(j), mean, x.Column(j));
        }

        return x;
    }
}
