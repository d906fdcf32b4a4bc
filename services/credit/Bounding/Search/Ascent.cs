using System.Numerics.Tensors;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>
/// Projected gradient ascent on |original - hybrid| of one output (Madry et al. 2018): x goes by a fraction of each
/// feature's range along the sign of the gradient and back into the box. Half of the rows climb the output that differs
/// most where they are, the others one output each. Gradients are in double; what a point is worth, ONNX Runtime says.
/// </summary>
internal sealed class Ascent
{
    /// <summary>Points of one ascent, its start included.</summary>
    public const int Steps = 40;

    // Steps shrink geometrically: the first cross the box, the last look around a kink.
    private const double FirstStep = 0.5;
    private const double LastStep = 0.005;

    // Numbers that the gradients of a batch may take, 128 MiB.
    private const long MostNumbers = 1L << 24;
    private const int MostRows = 256;

    private readonly LoweredNetwork _original;
    private readonly LoweredNetwork _hybrid;
    private readonly FloatBox _box;
    private readonly ILinearAlgebra _la;

    public Ascent(NetworkPair pair, FloatBox box, ILinearAlgebra la)
    {
        (_original, _hybrid, _box, _la) = (Lower(pair.Original), Lower(pair.Hybrid), box, la);
        var widths = _original.Steps.Concat(_hybrid.Steps).Sum(step => (long)step.Width);
        BatchRows = (int)Math.Clamp(MostNumbers / Math.Max(1, widths), 1, MostRows);
    }

    /// <summary>Ascents that are made at once.</summary>
    public int BatchRows { get; }

    /// <summary>Moves every row one step.</summary>
    /// <param name="rows">Row-major [count, features], float32; moved in place.</param>
    /// <param name="differences">Original minus hybrid at the rows, [count, outputs].</param>
    /// <param name="count">Rows.</param>
    /// <param name="step">From 0; of <see cref="Steps"/>.</param>
    /// <param name="cancellationToken">Looked at between the steps of the networks.</param>
    public void Climb(
        Span<float> rows, ReadOnlySpan<double> differences, int count, int step, CancellationToken cancellationToken)
    {
        var points = new Matrix(_box.Width, count);
        TensorPrimitives.ConvertTruncating<float, double>(rows, points.AsSpan());
        var weights = Weights(differences, count);
        var up = _original.Run(points, _la, cancellationToken).Gradient(weights, _la, cancellationToken);
        var down = _hybrid.Run(points, _la, cancellationToken).Gradient(weights, _la, cancellationToken);
        var size = FirstStep * Math.Pow(LastStep / FirstStep, step / (Steps - 1.0));
        var slopes = up.AsSpan();
        TensorPrimitives.Subtract(slopes, down.AsSpan(), slopes);
        for (var i = 0; i < rows.Length; i++)
        {
            var feature = i % _box.Width;
            if (slopes[i] != 0)
            {
                var range = (double)_box.Upper[feature] - _box.Lower[feature];
                rows[i] = _box.Clamp(feature, (float)(rows[i] + (Math.CopySign(size, slopes[i]) * range)));
            }
        }
    }

    // +1 or -1 at the output that a row climbs, 0 elsewhere.
    private static Matrix Weights(ReadOnlySpan<double> differences, int count)
    {
        var outputs = differences.Length / count;
        var weights = new Matrix(outputs, count);
        for (var row = 0; row < count; row++)
        {
            var difference = differences.Slice(row * outputs, outputs);
            var output = row % 2 == 0 ? TensorPrimitives.IndexOfMaxMagnitude(difference) : row / 2 % outputs;
            weights[output, row] = difference[output] < 0 ? -1 : 1;
        }

        return weights;
    }

    private static LoweredNetwork Lower(NetworkModel model)
    {
        try
        {
            return LoweredNetwork.Lower(model);
        }
        catch (UnloweredOperatorException e)
        {
            throw new InvalidRequestException(
                "ASCENT_UNSUPPORTED",
                $"there is no ascent on '{model.Name}': {e.Message.TrimEnd('.')}; search it with random_only",
                "header.random_only", e);
        }
    }
}
