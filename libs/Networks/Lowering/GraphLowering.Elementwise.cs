using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Lowering;

internal sealed partial class GraphLowering
{
    /// <summary>A sum of mapped tensors and a constant that has no step of its own yet.</summary>
    private sealed record Operand(IReadOnlyList<AffineTerm> Terms, double[] Bias, double[] Magnitude);

    private void AddUp(NodeProto node)
    {
        var shape = Shape(node, node.Output[0]);
        var subtracted = node.OpType switch { "Neg" => 0, "Sub" => 1, _ => -1 };
        var sum = Operands(node, shape, position => position == subtracted ? -1 : 1).Aggregate(Plus);
        Affine(node, sum.Terms, sum.Bias, sum.Magnitude);
    }

    private void Scale(NodeProto node)
    {
        var position = _index.IsData(node.Input[0]) ? 0 : 1;
        if (position == 1 && node.OpType == "Div")
        {
            throw Refuse(node, "divides by data");
        }

        if (_index.IsData(node.Input[1 - position]))
        {
            throw Refuse(node, "multiplies or divides two tensors that both depend on the input");
        }

        var (factors, spread) = Spread(node, 1 - position);
        if (node.OpType == "Div" && factors.Contains(0))
        {
            throw Refuse(node, "divides by zero");
        }

        var tensor = Data(node, position);
        var sources = Sources(node, Shape(node, tensor), Shape(node, node.Output[0]));
        var map = SparseMap.Selection(Width(node, tensor), sources,
            i => node.OpType == "Mul" ? factors[spread[i]] : 1 / factors[spread[i]]);
        Affine(node, [new AffineTerm(tensor, map)], new double[sources.Length]);
    }

    private void Normalize(NodeProto node)
    {
        var shape = Shape(node, node.Output[0]);
        var parameters = new double[4][];
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = Constant(node, i + 1).Values;
        }

        var (gain, offset, mean, variance) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        if (shape.Length < 2 || parameters.Any(values => values.Length != shape[1]))
        {
            throw Refuse(
                node, $"normalises [{string.Join(", ", shape)}] by {gain.Length} channels, which does not fit");
        }

        var epsilon = (double)node.Number("epsilon", 1e-5f);
        var inner = shape.Skip(2).Aggregate(1L, (product, length) => product * length);
        var width = Width(node, node.Output[0]);
        var (slopes, bias, magnitude) = (new double[width], new double[width], new double[width]);
        for (var i = 0; i < width; i++)
        {
            var channel = i / inner % shape[1];
            slopes[i] = gain[channel] / Math.Sqrt(variance[channel] + epsilon);
            bias[i] = offset[channel] - (mean[channel] * slopes[i]);
            magnitude[i] = Math.Abs(offset[channel]) + Math.Abs(mean[channel] * slopes[i]);
        }

        int[] each = [.. Enumerable.Range(0, width)];
        var map = SparseMap.Selection(width, each, i => slopes[i]);
        Affine(node, [new AffineTerm(Data(node, 0), map)], bias, magnitude);
    }

    private void Extreme(NodeProto node)
    {
        // min(a, b, …) = -max(-a, -b, …), so the signs of what comes in and goes out are all that differs.
        var sign = node.OpType == "Max" ? 1 : -1;
        var largest = Largest(node, [.. Operands(node, Shape(node, node.Output[0]), _ => sign)]);
        Finish(node, sign, largest);
    }

    private void Clip(NodeProto node)
    {
        var (lowest, highest) = (Limit(node, 1, "min"), Limit(node, 2, "max"));
        var shape = Shape(node, node.Output[0]);
        var value = Operands(node, shape, _ => 1, only: 1).First();
        if (lowest is { } low)
        {
            value = Largest(node, [value, Uniform(value.Bias.Length, low)]);
        }

        if (highest is { } high)
        {
            value = Times(-1, Largest(node, [Times(-1, value), Uniform(value.Bias.Length, -high)]));
        }

        Finish(node, 1, value);
    }

    private double? Limit(NodeProto node, int position, string attribute)
    {
        var limit = HasInput(node, position) ? Constant(node, position).Values[0]
            : node.Attribute(attribute) is { } old ? old.F : (double?)null;
        // The largest float32 is how older exporters write "no limit".
        return limit is { } number && Math.Abs(number) < float.MaxValue ? number : null;
    }

    /// <summary>
    /// The largest of some operands, by max(a, b) = a + relu(b - a), in pairs so that as few kinks as possible follow
    /// on one another.
    /// </summary>
    private Operand Largest(NodeProto node, IReadOnlyList<Operand> operands)
    {
        if (operands.Count == 1)
        {
            return operands[0];
        }

        var middle = operands.Count / 2;
        var first = Largest(node, [.. operands.Take(middle)]);
        var second = Largest(node, [.. operands.Skip(middle)]);
        var difference = Plus(second, Times(-1, first));
        var (by, above) = ($"{node.Output[0]}/{_steps.Count}", $"{node.Output[0]}/{_steps.Count + 1}");
        var width = difference.Bias.Length;
        Affine(node, by, difference.Terms, difference.Bias, difference.Magnitude);
        _steps.Add(new KinkStep(above, width, node.OpType, by, new double[width]));
        return Plus(first, Whole(above, width));
    }

    private void Finish(NodeProto node, double sign, Operand result)
    {
        var signed = Times(sign, result);
        Affine(node, signed.Terms, signed.Bias, signed.Magnitude);
    }

    private IEnumerable<Operand> Operands(NodeProto node, long[] shape, Func<int, double> sign, int? only = null)
    {
        for (var i = 0; i < (only ?? node.Input.Count); i++)
        {
            var factor = sign(i);
            if (_index.IsData(node.Input[i]))
            {
                var sources = Sources(node, Shape(node, node.Input[i]), shape);
                var map = SparseMap.Selection(Width(node, node.Input[i]), sources, _ => factor);
                yield return new Operand(
                    [new AffineTerm(node.Input[i], map)], new double[sources.Length], new double[sources.Length]);
            }
            else
            {
                var (values, sources) = Spread(node, i);
                double[] bias = [.. sources.Select(source => factor * values[source])];
                yield return new Operand([], bias, [.. bias.Select(Math.Abs)]);
            }
        }
    }

    private static Operand Whole(string tensor, int width)
    {
        int[] each = [.. Enumerable.Range(0, width)];
        return new Operand(
            [new AffineTerm(tensor, SparseMap.Selection(width, each))], new double[width], new double[width]);
    }

    private static Operand Uniform(int width, double value)
    {
        var (bias, magnitude) = (new double[width], new double[width]);
        bias.AsSpan().Fill(value);
        magnitude.AsSpan().Fill(Math.Abs(value));
        return new Operand([], bias, magnitude);
    }

    private static Operand Plus(Operand a, Operand b) => new(
        [.. a.Terms, .. b.Terms],
        [.. a.Bias.Zip(b.Bias, (x, y) => x + y)],
        [.. a.Magnitude.Zip(b.Magnitude, (x, y) => x + y)]);

    private static Operand Times(double factor, Operand operand) => factor == 1
        ? operand
        : new Operand(
            [.. operand.Terms.Select(term => term with { Map = term.Map.Scaled(factor) })],
            [.. operand.Bias.Select(value => factor * value)],
            [.. operand.Magnitude.Select(value => Math.Abs(factor) * value)]);
}
