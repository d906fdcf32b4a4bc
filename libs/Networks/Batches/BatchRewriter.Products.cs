using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Batches;

/// <summary>Rules of the matrix products.</summary>
internal sealed partial class BatchRewriter
{
    private const string Mixes = "would mix rows";

    private string? MatMul(NodeProto node)
    {
        var (left, right) = (node.Input[0], node.Input[1]);
        if (_places.ContainsKey(left) && _places.ContainsKey(right))
        {
            return DataByData(node, left, right);
        }

        return _places.ContainsKey(left)
            ? DataByConstant(node, left, _constants[right].Dims.Count)
            : ConstantByData(node, _constants[left], right);
    }

    /// <summary>X W: rows of X stay apart, whatever axis they lie on before the last.</summary>
    private string? DataByConstant(NodeProto node, string left, int rightRank)
    {
        var rank = _shapes[left].Length;
        var apart = _places[left] switch
        {
            BatchPlace.Leading => rank >= 2 && rightRank <= 2,
            BatchPlace.Prepended => rank >= 1 && (rightRank <= 2 || (rank >= 2 && rightRank <= rank)),
            _ => false,
        };
        return apart ? Place(node, _places[left]) : Mixes;
    }

    /// <summary>W X: a column vector x becomes a row, x Wᵀ; with a batch of matrices W is broadcast.</summary>
    private string? ConstantByData(NodeProto node, TensorProto weights, string right)
    {
        var (rank, place) = (_shapes[right].Length, _places[right]);
        if (place == BatchPlace.Prepended && rank == 1 && weights.Dims.Count <= 2)
        {
            return TurnAround(node, weights, right);
        }

        var apart = place switch
        {
            BatchPlace.Leading => rank >= 3 && weights.Dims.Count <= 2,
            BatchPlace.Prepended => rank >= 2 && weights.Dims.Count <= rank,
            _ => false,
        };
        return apart ? Place(node, place) : Mixes;
    }

    private string? TurnAround(NodeProto node, TensorProto weights, string right)
    {
        if (weights.Dims.Count == 2)
        {
            if (weights.DataType != (int)TensorProto.Types.DataType.Float)
            {
                return "multiplies a vector by weights that are not float32";
            }

            weights = Transposed(weights);
        }

        node.Input.Clear();
        node.Input.Add([right, weights.Name]);
        return Place(node, BatchPlace.Prepended);
    }

    private TensorProto Transposed(TensorProto weights)
    {
        var (rows, columns) = ((int)weights.Dims[0], (int)weights.Dims[1]);
        var values = TensorData.Doubles(weights)!;
        var turned = new float[values.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                turned[(j * rows) + i] = (float)values[(i * columns) + j];
            }
        }

        var result = TensorData.FromFloats(GraphEdits.FreshName(Graph, $"{weights.Name}_transposed"), turned, columns,
            rows);
        Graph.Initializer.Add(result);
        return result;
    }

    private string? DataByData(NodeProto node, string left, string right)
    {
        var (place, rank) = (_places[left], _shapes[left].Length);
        if (place != _places[right] || rank != _shapes[right].Length)
        {
            return "multiplies tensors that keep their rows in different places";
        }

        var apart = place switch
        {
            BatchPlace.Leading => rank >= 3 && _shapes[left][0] == _shapes[right][0],
            BatchPlace.Prepended => rank >= 2,
            _ => false,
        };
        return apart ? Place(node, place) : Mixes;
    }

    private string? Gemm(NodeProto node)
    {
        if (!_places.TryGetValue(node.Input[0], out var place) || Placed(node).Count() > 1
            || place != BatchPlace.Leading || node.Integer("transA", 0) != 0)
        {
            return Mixes;
        }

        return Constant(node, 2) is { Dims: { Count: 2 } bias } && bias[0] != 1 ? Mixes : Place(node, place);
    }
}
