using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Networks.Lowering;

internal sealed partial class GraphLowering
{
    // Positions travel as float32, which counts without gaps up to here.
    private const int MostMoved = 1 << 24;

    /// <summary>
    /// An operator that only moves values: run once on the values' own positions, it says where each comes from, and
    /// once on zeros, what it fills in.
    /// </summary>
    private void Move(NodeProto node)
    {
        var tensors = _index.DataInputs(node).ToList();
        int[] ends = [.. tensors.Select((_, i) => tensors.Take(i + 1).Sum(tensor => Width(node, tensor)))];
        if (ends[^1] > MostMoved)
        {
            throw Refuse(node, $"moves {ends[^1]} values; at most {MostMoved} are supported");
        }

        var filled = RunAlone(node, tensors, _ => 0);
        var moved = RunAlone(node, tensors, i => i + 1);
        foreach (var output in node.Writes())
        {
            var (bias, places) = (filled[output].Values, moved[output].Values);
            var sources = new int[places.Length];
            for (var i = 0; i < sources.Length; i++)
            {
                sources[i] = (int)(places[i] - bias[i]) - 1;
            }

            var terms = new List<AffineTerm>();
            for (var t = 0; t < tensors.Count; t++)
            {
                var (start, end) = (t == 0 ? 0 : ends[t - 1], ends[t]);
                int[] own = [.. sources.Select(source => source >= start && source < end ? source - start : -1)];
                terms.Add(new AffineTerm(tensors[t], SparseMap.Selection(end - start, own)));
            }

            Affine(node, output, terms, [.. bias.Select(value => (double)value)]);
        }
    }

    private IReadOnlyDictionary<string, ProbedTensor> RunAlone(
        NodeProto node, IReadOnlyList<string> tensors, Func<int, float> value)
    {
        var alone = new ModelProto { IrVersion = model.IrVersion, Graph = new GraphProto { Name = "move" } };
        alone.OpsetImport.Add(model.Plan.Model.OpsetImport);
        alone.Graph.Node.Add(node.Clone());
        alone.Graph.Initializer.Add(node.Reads().Select(_index.Constant).OfType<TensorProto>());
        var next = 0;
        foreach (var tensor in tensors)
        {
            var values = new float[Width(node, tensor)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = value(next++);
            }

            alone.Graph.Initializer.Add(TensorData.FromFloats(tensor, values, Shape(node, tensor)));
        }

        try
        {
            using var probe = new GraphProbe(alone, node.Writes());
            return probe.Run();
        }
        catch (OnnxRuntimeException exception)
        {
            throw Refuse(node, $"could not be run alone: {exception.Message}");
        }
    }
}
