using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Lowering;

internal sealed partial class GraphLowering
{
    private void Convolve(NodeProto node)
    {
        var tensor = Data(node, 0);
        var (weights, shape) = Constant(node, 1);
        var (input, output) = (Shape(node, tensor), Shape(node, node.Output[0]));
        var windows = WindowsOf(node, input, output, shape[2..]);
        var (inputs, outputs) = ((int)shape[1], (int)shape[0]);
        var (kernel, space) = (Volume(shape[2..]), Volume(input[2..]));
        var group = outputs / (int)node.Integer("group", 1);
        var rows = new SparseRows(Width(node, tensor));
        for (var row = 0; row < Width(node, node.Output[0]); row++)
        {
            var (place, channel, sample) = (
                row % windows.Count, row / windows.Count % outputs, row / windows.Count / outputs);
            var first = (sample * (int)input[1]) + (channel / group * inputs);
            for (var c = 0; c < inputs; c++)
            {
                foreach (var (k, at) in windows[place])
                {
                    rows.Add(((first + c) * space) + at, weights[(((channel * inputs) + c) * kernel) + k]);
                }
            }

            RequireCoefficients(node, rows.Count);
            rows.EndRow();
        }

        _written += rows.Count;
        var bias = new double[Width(node, node.Output[0])];
        if (HasInput(node, 2))
        {
            var values = Constant(node, 2).Values;
            for (var row = 0; row < bias.Length; row++)
            {
                bias[row] = values[row / windows.Count % outputs];
            }
        }

        Affine(node, [new AffineTerm(tensor, rows.ToMap())], bias);
    }

    private void Pool(NodeProto node)
    {
        var (input, output) = (Shape(node, Data(node, 0)), Shape(node, node.Output[0]));
        var global = node.OpType.StartsWith("Global", StringComparison.Ordinal);
        var kernel = global ? input[2..] : node.Integers("kernel_shape") ?? [];
        var windows = WindowsOf(node, input, output, kernel);
        if (windows.Any(window => window.Count == 0))
        {
            throw Refuse(node, "has a window that lies in the padding alone");
        }

        if (node.OpType == "MaxPool")
        {
            MaxPool(node, windows, Volume(input[2..]));
            return;
        }

        var includesPadding = node.Integer("count_include_pad", 0) != 0;
        if (includesPadding && node.Integer("ceil_mode", 0) != 0)
        {
            throw Refuse(node, "counts padding and rounds its size up");
        }

        var (width, inputs, space) = (Width(node, node.Output[0]), Width(node, node.Input[0]), Volume(input[2..]));
        var rows = new SparseRows(inputs);
        for (var row = 0; row < width; row++)
        {
            var window = windows[row % windows.Count];
            foreach (var (_, at) in window)
            {
                rows.Add((row / windows.Count * space) + at,
                    1.0 / (includesPadding ? Volume(kernel) : window.Count));
            }

            RequireCoefficients(node, rows.Count);
            rows.EndRow();
        }

        _written += rows.Count;
        Affine(node, [new AffineTerm(node.Input[0], rows.ToMap())], new double[width]);
    }

    private void MaxPool(NodeProto node, IReadOnlyList<IReadOnlyList<(int Kernel, int At)>> windows, int space)
    {
        var (width, inputs) = (Width(node, node.Output[0]), Width(node, node.Input[0]));
        var operands = new Operand[windows.Max(window => window.Count)];
        RequireCoefficients(node, (long)width * operands.Length);
        _written += (long)width * operands.Length;
        for (var k = 0; k < operands.Length; k++)
        {
            var sources = new int[width];
            for (var row = 0; row < width; row++)
            {
                // A window cut by the border repeats its last element: the largest stays the same.
                var window = windows[row % windows.Count];
                sources[row] = (row / windows.Count * space) + window[Math.Min(k, window.Count - 1)].At;
            }

            operands[k] = new Operand([new AffineTerm(node.Input[0], SparseMap.Selection(inputs, sources))],
                new double[width], new double[width]);
        }

        Finish(node, 1, Largest(node, operands));
    }

    // Refused before they are listed: a kernel as large as a large input is cheap to write in a file.
    private IReadOnlyList<IReadOnlyList<(int Kernel, int At)>> WindowsOf(
        NodeProto node, long[] input, long[] output, long[] kernel)
    {
        var looks = output[2..].Concat(kernel).Aggregate(1.0, (product, length) => product * length);
        RequireCoefficients(node, (long)Math.Min(looks, MostCoefficients + 1.0));
        return Windows.Of(node, input[2..], output[2..], kernel);
    }

    private static int Volume(long[] shape) => (int)shape.Aggregate(1L, (product, length) => product * length);
}
