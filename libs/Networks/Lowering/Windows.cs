using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>Where the window of a convolution or pool looks, in any number of dimensions.</summary>
internal static class Windows
{
    /// <summary>
    /// For each output place, row-major, the kernel's elements that lie on the input, and the input's element under
    /// each.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<(int Kernel, int At)>> Of(
        NodeProto node, long[] input, long[] output, long[] kernel)
    {
        var axes = input.Length;
        var strides = node.Integers("strides") ?? Ones(axes);
        var dilations = node.Integers("dilations") ?? Ones(axes);
        var starts = Padding(node, input, output, kernel, strides, dilations);
        var windows = new List<(int, int)>[Volume(output)];
        for (var place = 0; place < windows.Length; place++)
        {
            windows[place] = [];
            var position = Position(place, output);
            for (var k = 0; k < Volume(kernel); k++)
            {
                var offset = Position(k, kernel);
                var (at, inside) = (0L, true);
                for (var axis = 0; axis < axes; axis++)
                {
                    var x = (position[axis] * strides[axis]) - starts[axis] + (offset[axis] * dilations[axis]);
                    inside &= x >= 0 && x < input[axis];
                    at = (at * input[axis]) + x;
                }

                if (inside)
                {
                    windows[place].Add((k, (int)at));
                }
            }
        }

        return windows;
    }

    private static long[] Padding(
        NodeProto node, long[] input, long[] output, long[] kernel, long[] strides, long[] dilations)
    {
        var mode = node.Attribute("auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        if (mode is not ("SAME_UPPER" or "SAME_LOWER"))
        {
            return mode == "VALID" ? new long[input.Length] : node.Integers("pads") ?? new long[2 * input.Length];
        }

        var starts = new long[input.Length];
        for (var axis = 0; axis < starts.Length; axis++)
        {
            var reach = ((kernel[axis] - 1) * dilations[axis]) + 1;
            var needed = ((output[axis] - 1) * strides[axis]) + reach - input[axis];
            starts[axis] = (Math.Max(0, needed) + (mode == "SAME_LOWER" ? 1 : 0)) / 2;
        }

        return starts;
    }

    private static long[] Position(long flat, long[] shape)
    {
        var position = new long[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            position[axis] = flat % shape[axis];
            flat /= shape[axis];
        }

        return position;
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];

    private static int Volume(long[] shape) => (int)shape.Aggregate(1L, (product, length) => product * length);
}
