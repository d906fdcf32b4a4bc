using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Batches;

/// <summary>Rules of the operators that name axes or shapes.</summary>
internal sealed partial class BatchRewriter
{
    private const string TouchesBatch = "works along the batch axis";

    /// <summary>
    /// Reshape and its kin keep the order of values, so a target with the first dimension inferred keeps rows apart.
    /// </summary>
    private string? Reflow(NodeProto node)
    {
        var (input, output) = (node.Input[0], node.Output[0]);
        if (!_places.TryGetValue(input, out var place) || place == BatchPlace.Shape || _opset < 5)
        {
            return "reshapes a constant to a computed shape";
        }

        var shape = _shapes[output];
        if (place == BatchPlace.Leading && KeepsLeadingAxis(node, shape))
        {
            return Place(node, place);
        }

        if (shape.Any(length => length == 0))
        {
            return "makes an empty tensor";
        }

        var prepend = shape.Length < 2
            || (shape[0] != 1 && (place == BatchPlace.Prepended || node.OpType == "Squeeze" || !_mergeRows));
        node.OpType = "Reshape";
        node.Attribute.Clear();
        Place(node, prepend ? BatchPlace.Prepended : BatchPlace.Leading);
        while (node.Input.Count > 1)
        {
            node.Input.RemoveAt(1);
        }

        SetInput(node, 1, Free(output));
        return null;
    }

    /// <summary>Whether the node, as it stands, leaves the leading axis open and in front.</summary>
    private bool KeepsLeadingAxis(NodeProto node, long[] shape)
    {
        if (node.OpType == "Flatten")
        {
            return node.Integer("axis", 1) >= 1;
        }

        return node.OpType == "Reshape" && Constant(node, 1) is { } target
            && TensorData.Integers(target) is [-1, .. var rest] && rest.AsSpan().SequenceEqual(shape.AsSpan(1));
    }

    /// <summary>Attribute `axis`: anything but the rows.</summary>
    private string? OneAxis(NodeProto node, long missing)
    {
        if (Placed(node).Count() > 1 || !_places.TryGetValue(node.Input[0], out var place))
        {
            return "joins tensors along an axis";
        }

        var rank = _shapes[node.Input[0]].Length;
        var axis = Normalize(node.Integer("axis", missing), rank);
        if (place == BatchPlace.Leading)
        {
            return axis == 0 ? TouchesBatch : Place(node, place);
        }

        node.Set("axis", axis + 1);
        return Place(node, place);
    }

    private string? Concat(NodeProto node)
    {
        var place = _places[Placed(node).First()];
        var same = node.Input.All(name => _places.TryGetValue(name, out var other) && other == place);
        if (!same || place == BatchPlace.Shape)
        {
            return "joins tensors that keep their rows in different places";
        }

        var axis = Normalize(node.Integer("axis", 0), _shapes[node.Input[0]].Length);
        if (place == BatchPlace.Leading)
        {
            return axis == 0 ? TouchesBatch : Place(node, place);
        }

        node.Set("axis", axis + 1);
        return Place(node, place);
    }

    private string? Transpose(NodeProto node)
    {
        var rank = _shapes[node.Input[0]].Length;
        var order = node.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        if (_places[node.Input[0]] == BatchPlace.Leading)
        {
            return order is [0, ..] ? Place(node, BatchPlace.Leading) : "moves the batch axis";
        }

        node.Set("perm", order.Select(axis => axis + 1).Prepend(0));
        return Place(node, BatchPlace.Prepended);
    }

    private string? Reduce(NodeProto node)
    {
        var place = _places[node.Input[0]];
        var rank = _shapes[node.Input[0]].Length;
        var named = node.Integers("axes") ?? (Constant(node, 1) is { } tensor ? TensorData.Integers(tensor) : null);
        if (named is null && (place == BatchPlace.Leading || node.Integer("noop_with_empty_axes", 0) != 0))
        {
            return TouchesBatch;
        }

        long[] axes = [.. (named ?? Enumerable.Range(0, rank).Select(axis => (long)axis))
            .Select(axis => Normalize(axis, rank))];
        if (place == BatchPlace.Leading)
        {
            return axes.Contains(0) ? TouchesBatch : Place(node, place);
        }

        SetAxes(node, 1, axes, byInput: node.Input.Count > 1 || _opset >= 18
            || (_opset >= 13 && node.OpType == "ReduceSum"));
        return Place(node, place);
    }

    private void SetAxes(NodeProto node, int input, long[] axes, bool byInput)
    {
        long[] moved = [.. axes.Select(axis => axis + 1)];
        if (byInput)
        {
            node.Remove("axes");
            SetInput(node, input, moved);
        }
        else
        {
            node.Set("axes", moved);
        }
    }

    private string? Slice(NodeProto node)
    {
        var place = _places[node.Input[0]];
        var rank = _shapes[node.Input[0]].Length;
        var starts = node.Integers("starts") ?? (Constant(node, 1) is { } first ? TensorData.Integers(first) : null);
        var named = node.Integers("axes") ?? (Constant(node, 3) is { } tensor ? TensorData.Integers(tensor) : null);
        if (starts is null || (named is null && node.Input.Count > 3 && node.Input[3].Length > 0))
        {
            return "computes where it slices";
        }

        long[] axes = [.. (named ?? Enumerable.Range(0, starts.Length).Select(axis => (long)axis))
            .Select(axis => Normalize(axis, rank))];
        if (place == BatchPlace.Leading)
        {
            return axes.Contains(0) ? TouchesBatch : Place(node, place);
        }

        SetAxes(node, 3, axes, byInput: _opset >= 10);
        return Place(node, place);
    }

    private string? Gather(NodeProto node)
    {
        if (!_constants.ContainsKey(node.Input[1]) || !_places.TryGetValue(node.Input[0], out var place))
        {
            // Looking rows up in a constant table: the output takes the shape of the indices, then of an entry.
            return _constants.ContainsKey(node.Input[0]) && node.Integer("axis", 0) == 0
                ? Place(node, _places[node.Input[1]])
                : "looks up computed places";
        }

        var axis = Normalize(node.Integer("axis", 0), _shapes[node.Input[0]].Length);
        if (place == BatchPlace.Leading)
        {
            return axis == 0 ? TouchesBatch : Place(node, place);
        }

        node.Set("axis", axis + 1);
        return Place(node, place);
    }

    private string? Pad(NodeProto node)
    {
        var pads = node.Integers("pads") ?? (Constant(node, 1) is { } tensor ? TensorData.Integers(tensor) : null);
        var rank = _shapes[node.Input[0]].Length;
        if (pads is null || pads.Length != 2 * rank || node.Input.Count > 3)
        {
            return "computes where it pads";
        }

        var place = _places[node.Input[0]];
        if (place == BatchPlace.Leading)
        {
            return pads[0] != 0 || pads[rank] != 0 ? TouchesBatch : Place(node, place);
        }

        long[] moved = [0, .. pads[..rank], 0, .. pads[rank..]];
        if (_opset < 11)
        {
            node.Set("pads", moved);
        }
        else
        {
            SetInput(node, 1, moved);
        }

        return Place(node, place);
    }

    private static long Normalize(long axis, int rank) => axis < 0 ? axis + rank : axis;
}
