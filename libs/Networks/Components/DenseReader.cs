using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Components;

/// <summary>
/// Reads the affine part of a dense component: walks its operators keeping y = A x + c, where A is a diagonal until the
/// product has been met, and everything after the first nonlinear operator is left to phi.
/// </summary>
internal sealed class DenseReader
{
    private readonly GraphIndex _index;
    private readonly List<string> _after = [];
    private readonly double[] _scale;
    private double[] _shift;
    private Matrix? _weights;

    private DenseReader(GraphIndex index, int width)
    {
        _index = index;
        _scale = new double[width];
        _scale.AsSpan().Fill(1);
        _shift = new double[width];
    }

    /// <summary>The weights, or null when the component isn't one dense layer on whole rows.</summary>
    public static DenseWeights? Read(GraphIndex index, IReadOnlyList<Segment> segments)
    {
        var reader = new DenseReader(index, segments[0].Input.Width);
        return segments.All(segment => segment.Nodes.Count == 1 && reader.Take(segment))
            && reader._weights is { } weights
            ? new DenseWeights(weights, reader._shift, reader._after)
            : null;
    }

    private bool Take(Segment segment)
    {
        var node = segment.Nodes[0];
        if (Operators.Reflows.Contains(node.OpType) || Operators.Copies.Contains(node.OpType))
        {
            return true;
        }

        if (Operators.Products.Contains(node.OpType))
        {
            return _weights is null && Product(node, segment.Input);
        }

        var folded = _after.Count == 0 && Fold(node, segment);
        if (!folded)
        {
            _after.Add(node.OpType);
        }

        return folded || _weights is not null;
    }

    private bool Product(NodeProto node, TensorLayout input)
    {
        // The whole row must be the vector that is multiplied.
        if (!_index.IsData(node.Input[0]) || input.OneRow[^1] != input.Width || (input.Batched && input.OneRow[0] != 1)
            || _index.Constant(node.Input[1]) is not { Dims.Count: 2 } constant
            || TensorData.Doubles(constant) is not { } values
            || node.Integer("transA", 0) != 0)
        {
            return false;
        }

        var transposed = node.Integer("transB", 0) != 0;
        var alpha = node.Number("alpha", 1);
        var (inputs, outputs) = (constant.Dims[transposed ? 1 : 0], constant.Dims[transposed ? 0 : 1]);
        if (inputs != input.Width)
        {
            return false;
        }

        var weights = new Matrix((int)outputs, (int)inputs);
        var bias = new double[outputs];
        for (var j = 0; j < inputs; j++)
        {
            for (var i = 0; i < outputs; i++)
            {
                var weight = alpha * values[transposed ? (i * inputs) + j : (j * outputs) + i];
                weights[i, j] = weight * _scale[j];
                bias[i] += weight * _shift[j];
            }
        }

        _weights = weights;
        _shift = bias;
        return node.Input.Count < 3 || node.Input[2].Length == 0 || AddBias(node, outputs);
    }

    private bool AddBias(NodeProto node, long outputs)
    {
        if (_index.Constant(node.Input[2]) is not { } constant || Spread(constant, [outputs]) is not { } values)
        {
            return false;
        }

        var beta = node.Number("beta", 1);
        for (var i = 0; i < _shift.Length; i++)
        {
            _shift[i] += beta * values[i];
        }

        return true;
    }

    private bool Fold(NodeProto node, Segment segment)
    {
        if (node.OpType == "BatchNormalization")
        {
            return segment.Input.OneRow is [1, var width] && width == segment.Input.Width && Normalize(node);
        }

        if (node.OpType == "Neg")
        {
            return Multiply(-1);
        }

        if (node.Input.Count != 2 || !segment.Output.OneRow.SequenceEqual(segment.Input.OneRow))
        {
            return false;
        }

        var constantFirst = _index.IsData(node.Input[1]);
        var shape = segment.Input.Batched ? [.. segment.Input.OneRow.Skip(1)] : segment.Input.OneRow.ToArray();
        return _index.Constant(node.Input[constantFirst ? 0 : 1]) is { } constant
            && Spread(constant, shape) is { } values
            && Arithmetic(node.OpType, constantFirst, values);
    }

    private bool Arithmetic(string op, bool constantFirst, double[] values) => (op, constantFirst) switch
    {
        ("Add", _) => Apply(values, (y, c) => y + c, scales: false),
        ("Sub", false) => Apply(values, (y, c) => y - c, scales: false),
        ("Sub", true) => Multiply(-1) && Apply(values, (y, c) => y + c, scales: false),
        ("Mul", _) => Apply(values, (y, c) => y * c, scales: true),
        ("Div", false) => Apply(values, (y, c) => y / c, scales: true),
        _ => false,
    };

    private bool Normalize(NodeProto node)
    {
        var parameters = new double[4][];
        for (var i = 0; i < 4; i++)
        {
            if (_index.Constant(node.Input[i + 1]) is not { } constant || TensorData.Doubles(constant) is not { } values
                || values.Length != _shift.Length)
            {
                return false;
            }

            parameters[i] = values;
        }

        var (gain, bias, mean, variance) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        var epsilon = node.Number("epsilon", 1e-5f);
        var slope = new double[gain.Length];
        for (var i = 0; i < slope.Length; i++)
        {
            slope[i] = gain[i] / Math.Sqrt(variance[i] + epsilon);
        }

        return Apply(mean, (y, c) => y - c, scales: false) && Apply(slope, (y, c) => y * c, scales: true)
            && Apply(bias, (y, c) => y + c, scales: false);
    }

    private bool Multiply(double factor)
    {
        var factors = new double[_shift.Length];
        factors.AsSpan().Fill(factor);
        return Apply(factors, (y, c) => y * c, scales: true);
    }

    private bool Apply(double[] values, Func<double, double, double> operation, bool scales)
    {
        for (var i = 0; i < _shift.Length; i++)
        {
            _shift[i] = operation(_shift[i], values[i]);
        }

        if (!scales)
        {
            return true;
        }

        if (_weights is null)
        {
            for (var i = 0; i < _scale.Length; i++)
            {
                _scale[i] = operation(_scale[i], values[i]);
            }

            return true;
        }

        for (var j = 0; j < _weights.Columns; j++)
        {
            for (var i = 0; i < _weights.Rows; i++)
            {
                _weights[i, j] = operation(_weights[i, j], values[i]);
            }
        }

        return true;
    }

    /// <summary>A constant broadcast to a row, or null when it has another shape.</summary>
    private static double[]? Spread(TensorProto constant, long[] row)
    {
        if (TensorData.Doubles(constant) is not { } values)
        {
            return null;
        }

        // Axes beyond the row's own are the batch's: length 1 by the rules of the batch rewrite, or checked here.
        long[] dims = [.. constant.Dims];
        var extra = Math.Max(0, dims.Length - row.Length);
        if (dims[..extra].Any(length => length != 1))
        {
            return null;
        }

        var width = row.Aggregate(1L, (product, length) => product * length);
        var result = new double[width];
        for (var i = 0L; i < width; i++)
        {
            var (rest, offset, stride) = (i, 0L, 1L);
            for (var axis = 1; axis <= dims.Length - extra; axis++)
            {
                var length = dims[^axis];
                if (length != 1 && length != row[^axis])
                {
                    return null;
                }

                offset += length == 1 ? 0 : rest % row[^axis] * stride;
                rest /= row[^axis];
                stride *= length;
            }

            result[i] = values[offset];
        }

        return result;
    }
}
