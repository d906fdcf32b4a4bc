using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Execution;

/// <summary>
/// Counts the multiplications and additions of one row: what is deterministic about a network's cost, where its latency
/// is not. A product of k terms takes 2 k - 1, a bias one more; every other operator that computes takes one for each
/// number it writes (a normalisation two, a pool one for each number under its window, a reduction one for each number
/// it reads); moving and reshaping take none.
/// </summary>
public static class OperationCount
{
    /// <summary>The operations of one row. Runs the network once, on zeros, to learn its shapes.</summary>
    public static long Of(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = model.Plan.Model.Graph;
        var tensors = graph.Node.SelectMany(node => node.Writes()).ToList();
        var shapes = graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.Dims.ToArray());
        var input = model.Input.Dimensions(1);
        shapes[model.Input.Name] = input;
        using (var probe = new GraphProbe(model.Plan.Model, tensors))
        {
            foreach (var (name, tensor) in probe.Run(new float[model.Input.Width], input))
            {
                shapes[name] = tensor.Dimensions;
            }
        }

        return graph.Node.Where(node => node.Writes().Any(model.Index.IsData)).Sum(node => Of(node, shapes));
    }

    private static long Of(NodeProto node, Dictionary<string, long[]> shapes)
    {
        var written = Count(node.Output[0], shapes);
        return node.OpType switch
        {
            "MatMul" => written * ((2 * Shape(node, 0, shapes)[^1]) - 1),
            "Gemm" => written * ((2 * Shape(node, 0, shapes)[node.Integer("transA", 0) != 0 ? 0 : 1]) - 1 + Bias(node)),
            "Conv" => written * ((2 * Terms(Shape(node, 1, shapes))) - 1 + Bias(node)),
            "ConvTranspose" => Count(node.Input[0], shapes) * 2 * Terms(Shape(node, 1, shapes)),
            "GlobalAveragePool" or "GlobalMaxPool" or "GlobalLpPool" => Count(node.Input[0], shapes),
            "MaxPool" or "AveragePool" or "LpPool" =>
                written * (node.Integers("kernel_shape") ?? [1]).Aggregate(1L, (product, side) => product * side),
            var op when Operators.Reductions.Contains(op) => Count(node.Input[0], shapes),
            var op when Operators.Normalizations.Contains(op) => 2 * written,
            var op when Operators.Copies.Contains(op) || Operators.Reflows.Contains(op) || Operators.Moves.Contains(op)
                || op is "Shape" or "Constant" or "ConstantOfShape" => 0,
            _ => written,
        };
    }

    /// <summary>Products summed for one number: all of a filter but its first axis.</summary>
    private static long Terms(long[] filter) => filter.Skip(1).Aggregate(1L, (product, side) => product * side);

    private static long Bias(NodeProto node) => node.Input.Count > 2 && node.Input[2].Length > 0 ? 1 : 0;

    private static long[] Shape(NodeProto node, int input, Dictionary<string, long[]> shapes) =>
        shapes[node.Input[input]];

    private static long Count(string tensor, Dictionary<string, long[]> shapes) =>
        shapes.GetValueOrDefault(tensor)?.Aggregate(1L, (product, side) => product * side) ?? 0;
}
