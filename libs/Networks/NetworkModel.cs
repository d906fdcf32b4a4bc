using Google.Protobuf;
using KoopmanMesh.Networks.Batches;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Networks.Loading;
using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks;

/// <summary>
/// A trained network that is understood well enough to be run in batches, cut and edited: one float32 input, one
/// float32 output, nodes in order, constants folded. Immutable; edits (see <see cref="Surgery.GraphSurgery"/>) return
/// new models.
/// </summary>
public sealed class NetworkModel
{
    internal NetworkModel(string name, BatchPlan plan, IReadOnlyList<string> repairs)
    {
        Name = name;
        Plan = plan;
        Repairs = repairs;
        Index = new GraphIndex(plan.Model.Graph, plan.Input.Name);
    }

    /// <summary>What the caller called it, for messages.</summary>
    public string Name { get; }

    /// <summary>How rows go through it.</summary>
    public Batching Batching => Plan.Mode;

    /// <summary>Where the data goes in.</summary>
    public TensorLayout Input => Plan.Input;

    /// <summary>Where the result comes out.</summary>
    public TensorLayout Output => Plan.Output;

    /// <summary>
    /// The tensors at which it can be cut, input first and output last: everything after one depends on the input
    /// through it alone.
    /// </summary>
    public IReadOnlyList<TensorLayout> Cuts => Plan.Cuts;

    /// <summary>What was changed to make the file usable, one sentence each, in order.</summary>
    public IReadOnlyList<string> Repairs { get; }

    /// <summary>
    /// Largest difference, relative to the largest output, between the model as it is run and the file as it came, on
    /// sample rows run together and apart.
    /// </summary>
    public double BatchDifference => Plan.Difference;

    /// <summary>Version of ONNX's own operator set.</summary>
    public long OperatorSet =>
        Plan.Model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 0;

    /// <summary>Version of the ONNX file format.</summary>
    public long IrVersion => Plan.Model.IrVersion;

    /// <summary>The program that wrote the file, and its version; empty when the file doesn't say.</summary>
    public string Producer => $"{Plan.Model.ProducerName} {Plan.Model.ProducerVersion}".Trim();

    /// <summary>Number of floating-point constants the graph uses.</summary>
    public long Parameters => Plan.Model.Graph.Initializer.Where(IsWeight).Sum(TensorData.Count);

    /// <summary>The operators, in execution order.</summary>
    public IReadOnlyList<string> Operators => [.. Plan.Model.Graph.Node.Select(node => node.OpType)];

    internal BatchPlan Plan { get; }

    internal GraphIndex Index { get; }

    /// <summary>Reads, repairs and checks a model.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages, the file's name most often.</param>
    /// <exception cref="ModelFormatException">The bytes are not a well-formed ONNX model.</exception>
    /// <exception cref="UnsupportedModelException">
    /// The model can't be analysed; the message names what is in the way.
    /// </exception>
    public static NetworkModel Load(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Load(ModelParser.Parse(bytes, name), name);
    }

    /// <summary>The model as it is run, as an ONNX file.</summary>
    public byte[] ToBytes() => Plan.Model.ToByteArray();

    /// <summary>Repairs and checks a parsed file, which is edited and then belongs to the result.</summary>
    internal static NetworkModel Load(ModelProto model, string name)
    {
        var repair = new GraphRepair(model, name);
        repair.Run();
        var ends = new GraphEnds(model, name, repair.Notes);
        ends.Run();
        try
        {
            ConstantFolding.Run(model, ends.Input, repair.Notes);
            return new NetworkModel(name, new BatchPlanner(model, name, repair.Notes).Plan(), repair.Notes);
        }
        catch (OverflowException exception)
        {
            // Shapes that the runtime infers inside the graph are first counted here.
            throw new ModelFormatException($"A tensor of '{name}' has a dimension beyond {int.MaxValue}.", exception);
        }
    }

    /// <summary>The layout of a tensor at which the model can be cut.</summary>
    internal TensorLayout Cut(string tensor) =>
        Cuts.FirstOrDefault(layout => layout.Name == tensor)
        ?? throw new ArgumentException($"'{Name}' can't be cut at the tensor '{tensor}'.", nameof(tensor));

    internal static bool IsWeight(TensorProto tensor) => (TensorProto.Types.DataType)tensor.DataType
        is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Float16
        or TensorProto.Types.DataType.Bfloat16;
}
