using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>Turns the nodes of a graph into steps, one after the other.</summary>
/// <param name="model">The network.</param>
/// <param name="shapes">Shapes of its float32 tensors on one row.</param>
internal sealed partial class GraphLowering(NetworkModel model, Dictionary<string, long[]> shapes)
{
    private const string Listed = "Gemm, MatMul, Conv, Add, Sub, Mul, Div, Neg, Sum, BatchNormalization, AveragePool, "
        + "GlobalAveragePool, Relu, LeakyRelu, PRelu, Abs, Clip, Max, Min, MaxPool, and what moves or copies values";

    // Of all convolutions, averages and the like together: 20 bytes each once their absolute values are made.
    private const long MostCoefficients = 1L << 25;
    private const int FloatType = 1;

    private readonly GraphIndex _index = model.Index;
    private readonly List<LoweredStep> _steps = [];
    private long _written;

    public IReadOnlyList<LoweredStep> Run()
    {
        foreach (var node in _index.Graph.Node.Where(node => node.Writes().Any(_index.IsData)))
        {
            Lower(node);
        }

        return _steps;
    }

    private void Lower(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Relu":
                Kink(node, _ => 0);
                break;
            case "Abs":
                Kink(node, _ => -1);
                break;
            case "LeakyRelu":
                Kink(node, _ => node.Number("alpha", 0.01f));
                break;
            case "PRelu":
                var (slopes, sources) = Spread(node, 1);
                Kink(node, i => slopes[sources[i]]);
                break;
            case "Gemm":
                Gemm(node);
                break;
            case "MatMul":
                MatMul(node);
                break;
            case "Conv":
                Convolve(node);
                break;
            case "MaxPool" or "AveragePool" or "GlobalAveragePool":
                Pool(node);
                break;
            default:
                LowerElementwise(node);
                break;
        }
    }

    private void LowerElementwise(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Add" or "Sub" or "Sum" or "Neg":
                AddUp(node);
                break;
            case "Mul" or "Div":
                Scale(node);
                break;
            case "BatchNormalization":
                Normalize(node);
                break;
            case "Max" or "Min":
                Extreme(node);
                break;
            case "Clip":
                Clip(node);
                break;
            case "Cast" when node.Integer("to", 0) != FloatType:
                throw Refuse(node, "casts to another type than float32");
            case var op when Operators.Copies.Contains(op) || Operators.Reflows.Contains(op):
                _steps.Add(new CopyStep(node.Output[0], Width(node, node.Output[0]), op, Data(node, 0)));
                break;
            case var op when Operators.Moves.Contains(op):
                Move(node);
                break;
            default:
                throw Refuse(node, $"is outside the list: {Listed}");
        }
    }

    private void Kink(NodeProto node, Func<int, double> slope)
    {
        var slopes = new double[Width(node, node.Output[0])];
        for (var i = 0; i < slopes.Length; i++)
        {
            slopes[i] = slope(i);
        }

        _steps.Add(new KinkStep(node.Output[0], slopes.Length, node.OpType, Data(node, 0), slopes));
    }

    private void Affine(NodeProto node, IReadOnlyList<AffineTerm> terms, double[] bias, double[]? magnitude = null) =>
        Affine(node, node.Output[0], terms, bias, magnitude);

    private void Affine(
        NodeProto node, string output, IReadOnlyList<AffineTerm> terms, double[] bias, double[]? magnitude = null)
    {
        if (bias.Any(value => !double.IsFinite(value)))
        {
            throw Refuse(node, "has a constant that is not finite");
        }

        magnitude ??= [.. bias.Select(Math.Abs)];
        _steps.Add(new AffineStep(output, bias.Length, node.OpType, terms, bias, magnitude));
    }

    private UnloweredOperatorException Refuse(NodeProto node, string why) =>
        new(node.OpType, node.Name, $"The operator '{node.OpType}' (node '{node.Name}') of '{model.Name}' {why}.");

    /// <summary>The shape of a float32 tensor that depends on the input.</summary>
    private long[] Shape(NodeProto node, string tensor) => shapes.TryGetValue(tensor, out var shape)
        ? shape
        : throw Refuse(node, $"reads or writes '{tensor}', which holds no float32 values");

    private int Width(NodeProto node, string tensor) =>
        (int)Shape(node, tensor).Aggregate(1L, (product, length) => product * length);

    /// <summary>An input that must depend on the network's input.</summary>
    private string Data(NodeProto node, int position)
    {
        var tensor = node.Input[position];
        if (!_index.IsData(tensor))
        {
            throw Refuse(node, $"takes '{tensor}' from a constant, where data was expected");
        }

        _ = Shape(node, tensor);
        return tensor;
    }

    private static bool HasInput(NodeProto node, int position) =>
        position < node.Input.Count && node.Input[position].Length > 0;

    /// <summary>An input that must be a constant of floating-point numbers, all finite.</summary>
    private (double[] Values, long[] Shape) Constant(NodeProto node, int position)
    {
        var name = node.Input[position];
        if (_index.Constant(name) is not { } tensor || TensorData.Doubles(tensor) is not { } values)
        {
            throw Refuse(node, _index.IsData(name)
                ? $"takes '{name}' from data, where a constant was expected"
                : $"reads '{name}', which holds no floating-point constant");
        }

        return values.All(double.IsFinite)
            ? (values, [.. tensor.Dims])
            : throw Refuse(node, $"has a constant '{name}' that is not finite");
    }

    /// <summary>
    /// A constant input, and for each element of the output the constant's element it is broadcast from.
    /// </summary>
    private (double[] Values, int[] Sources) Spread(NodeProto node, int position)
    {
        var (values, shape) = Constant(node, position);
        return (values, Sources(node, shape, Shape(node, node.Output[0])));
    }

    private int[] Sources(NodeProto node, long[] from, long[] to) => Broadcasting.Sources(from, to)
        ?? throw Refuse(node,
            $"broadcasts a tensor [{string.Join(", ", from)}] to [{string.Join(", ", to)}], which does not fit");
}
