using System.Numerics.Tensors;
using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>
/// The hybrid as we understand it, without its file: the original's own parts in the runtime, the stand-ins between
/// them in double. What the file computes is held against it.
/// </summary>
internal sealed class OwnEvaluation : IDisposable
{
    /// <summary>Largest difference a file may have from it, relative to the largest output.</summary>
    public const double Tolerance = 1e-5;

    // Parts and stand-ins in turn; a null part where regions touch each other or an end of the network.
    private readonly List<(NetworkSession? Part, StandIn? StandIn)> _steps = [];
    private readonly ILinearAlgebra _algebra;
    private double _difference;
    private double _largest;

    public OwnEvaluation(
        NetworkModel original, HybridPlan plan, IReadOnlyList<StandIn> standIns, ILinearAlgebra algebra)
    {
        _algebra = algebra;
        var from = original.Input.Name;
        for (var i = 0; i < standIns.Count; i++)
        {
            var region = plan.Offers[i].Region;
            _steps.Add((Part(original, from, region.From.Name), standIns[i]));
            from = region.To.Name;
        }

        _steps.Add((Part(original, from, original.Output.Name), null));
    }

    /// <summary>Largest difference so far, relative to the largest output.</summary>
    public double Difference => _difference == 0 ? 0 : _difference / Math.Max(_largest, float.Epsilon);

    /// <summary>Compares what the file computed for some rows.</summary>
    public void Compare(
        ReadOnlyMemory<float> rows, int count, ReadOnlySpan<float> outputs, CancellationToken cancellationToken)
    {
        var own = Run(rows, count, cancellationToken).Span;
        for (var i = 0; i < outputs.Length; i++)
        {
            // One that is not finite makes the difference infinite, whatever the rest.
            var difference = Math.Abs((double)outputs[i] - own[i]);
            _difference = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(_difference, difference);
            _largest = Math.Max(_largest, Math.Abs(own[i]));
        }
    }

    public void Dispose() => _steps.ForEach(step => step.Part?.Dispose());

    private ReadOnlyMemory<float> Run(ReadOnlyMemory<float> values, int count, CancellationToken cancellationToken)
    {
        foreach (var (part, standIn) in _steps)
        {
            values = part?.Run(values, count, cancellationToken).Output ?? values;
            if (standIn is not null)
            {
                var x = new Matrix(standIn.BeforeWidth, count);
                TensorPrimitives.ConvertTruncating<float, double>(values.Span, x.AsSpan());
                var y = standIn.Apply(x, _algebra);
                var narrow = new float[y.AsSpan().Length];
                TensorPrimitives.ConvertTruncating<double, float>(y.AsSpan(), narrow);
                values = narrow;
            }
        }

        return values;
    }

    private static NetworkSession? Part(NetworkModel model, string from, string to) =>
        from == to ? null : new NetworkSession(GraphSurgery.Extract(model, from, to));
}
