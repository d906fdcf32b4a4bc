using KoopmanMesh.Networks.Batches;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>The shapes that float32 tensors have when the network runs on one row, as the runtime gives them.</summary>
internal static class TensorShapes
{
    public static Dictionary<string, long[]> Of(NetworkModel model)
    {
        var oneRow = model.Input.OneRow.ToArray();
        var tensors = model.Index.Graph.Node.SelectMany(node => node.Writes()).Where(model.Index.IsData);
        using var probe = new GraphProbe(model.Plan.Model, tensors);
        var results = probe.Run(RowSample.Uniform(model.Input.Width), oneRow);
        var shapes = results.Where(pair => pair.Value.ElementType == TensorElementType.Float)
            .ToDictionary(pair => pair.Key, pair => pair.Value.Dimensions);
        shapes[model.Input.Name] = oneRow;
        return shapes;
    }
}
