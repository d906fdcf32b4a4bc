using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Lowering;

internal sealed partial class GraphLowering
{
    private void Gemm(NodeProto node)
    {
        var alpha = (double)node.Number("alpha", 1);
        var output = Shape(node, node.Output[0]);
        var data = _index.IsData(node.Input[0]) ? 0 : 1;
        if (_index.IsData(node.Input[1 - data]))
        {
            throw Refuse(node, "multiplies two tensors that both depend on the input");
        }

        var (values, shape) = Constant(node, 1 - data);
        var (transA, transB) = (node.Integer("transA", 0) != 0, node.Integer("transB", 0) != 0);
        var tensor = Data(node, data);
        LinearMap map = data == 0 && !transA
            ? Dense(values, shape, transB, alpha, (int)output[0])
            : Product(node, tensor, values, new ProductForm(
                (int)output[0], (int)output[1], data == 0, transA, transB, alpha));
        Affine(node, [new AffineTerm(tensor, map)], GemmBias(node, output));
    }

    private double[] GemmBias(NodeProto node, long[] output)
    {
        if (!HasInput(node, 2))
        {
            return new double[output[0] * output[1]];
        }

        var beta = (double)node.Number("beta", 1);
        var (values, sources) = Spread(node, 2);
        return [.. sources.Select(source => beta * values[source])];
    }

    private void MatMul(NodeProto node)
    {
        var data = _index.IsData(node.Input[0]) ? 0 : 1;
        if (_index.IsData(node.Input[1 - data]))
        {
            throw Refuse(node, "multiplies two tensors that both depend on the input");
        }

        var tensor = Data(node, data);
        var (values, shape) = Constant(node, 1 - data);
        var width = Width(node, node.Output[0]);
        var matrix = shape.Length > 2 && shape[..^2].All(length => length == 1) ? shape[^2..] : shape;
        var input = Shape(node, tensor);
        LinearMap map = (data, matrix.Length, input.Length) switch
        {
            (0, 1, _) => Dense(values, [matrix[0], 1], false, 1, width),
            (0, 2, _) => Dense(values, matrix, false, 1, (int)(width / matrix[1])),
            (1, 2, 1) => Product(node, tensor, values, new ProductForm((int)matrix[0], 1, false, false, false, 1)),
            (1, 2, _) when input[..^2].All(length => length == 1) => Product(
                node, tensor, values, new ProductForm((int)matrix[0], (int)input[^1], false, false, false, 1)),
            _ => throw Refuse(node,
                $"multiplies [{string.Join(", ", input)}] and [{string.Join(", ", shape)}]; one constant matrix is "
                + "supported"),
        };
        Affine(node, [new AffineTerm(tensor, map)], new double[width]);
    }

    /// <summary>Row-major [n, p] on the right of data is p × n here, byte for byte.</summary>
    private static DenseMap Dense(double[] values, long[] shape, bool transposed, double alpha, int repeats)
    {
        var weights = new Matrix((int)shape[1], (int)shape[0], values);
        if (transposed)
        {
            weights = weights.Transpose();
        }

        if (alpha != 1)
        {
            foreach (ref var value in weights.AsSpan())
            {
                value *= alpha;
            }
        }

        return new DenseMap(weights, repeats);
    }

    /// <summary>m × n = A B with one of them data, in a form that a dense map doesn't have.</summary>
    private sealed record ProductForm(int M, int N, bool DataFirst, bool TransA, bool TransB, double Alpha);

    private SparseMap Product(NodeProto node, string tensor, double[] constant, ProductForm form)
    {
        var inputs = Width(node, tensor);
        var (m, n) = (form.M, form.N);
        var k = form.DataFirst ? inputs / m : inputs / n;
        RequireCoefficients(node, (long)m * n * k);
        var (starts, columns, values) = (new int[(m * n) + 1], new int[m * n * k], new double[m * n * k]);
        for (var (row, next) = (0, 0); row < m * n; row++)
        {
            var (i, j) = (row / n, row % n);
            for (var l = 0; l < k; l++, next++)
            {
                var a = form.TransA ? (l * m) + i : (i * k) + l;
                var b = form.TransB ? (j * k) + l : (l * n) + j;
                (columns[next], values[next]) = form.DataFirst
                    ? (a, form.Alpha * constant[b])
                    : (b, form.Alpha * constant[a]);
            }

            starts[row + 1] = next;
        }

        _written += values.Length;
        return new SparseMap(inputs, starts, columns, values);
    }

    private void RequireCoefficients(NodeProto node, long count)
    {
        if (_written + count > MostCoefficients)
        {
            throw Refuse(node, $"takes the network beyond {MostCoefficients} coefficients that are written out");
        }
    }
}
