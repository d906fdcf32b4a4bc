using Google.Protobuf;
using KoopmanMesh.Networks.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace KoopmanMesh.Networks.Execution;

/// <summary>
/// A tensor as one run left it: <see cref="Values"/> for float32, <see cref="Bytes"/> for other plain types, neither
/// for the rest.
/// </summary>
internal sealed record ProbedTensor(long[] Dimensions, TensorElementType ElementType, float[] Values, byte[]? Bytes);

/// <summary>
/// Runs a graph a few times while it is being understood, returning any of its tensors whatever their type and shape.
/// Not for the hot path: outputs are copied.
/// </summary>
internal sealed class GraphProbe : IDisposable
{
    private static readonly RunOptions Options = new();
    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    /// <summary>Opens the model with the given tensors as its only outputs.</summary>
    public GraphProbe(ModelProto model, IEnumerable<string> outputs)
    {
        var probed = model.Clone();
        _outputs = [.. outputs];
        _inputs = [.. probed.Graph.Input.Select(info => info.Name)];
        var known = probed.Graph.Output.ToDictionary(info => info.Name);
        probed.Graph.Output.Clear();
        foreach (var name in _outputs)
        {
            probed.Graph.Output.Add(known.TryGetValue(name, out var info) ? info : new ValueInfoProto { Name = name });
        }

        _session = RuntimeFactory.Open(probed.ToByteArray(), threads: 1);
    }

    /// <summary>One run; <paramref name="values"/> fill the one input, or are left out when there is none.</summary>
    public IReadOnlyDictionary<string, ProbedTensor> Run(float[]? values = null, params long[] dimensions)
    {
        using var input = values is null ? null : OrtValue.CreateTensorValueFromMemory(values, dimensions);
        OrtValue[] inputs = input is null ? [] : [input];
        using var results = _session.Run(Options, _inputs, inputs, _outputs);
        var probed = new Dictionary<string, ProbedTensor>();
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (results[i].IsTensor)
            {
                probed[_outputs[i]] = Copy(results[i]);
            }
        }

        return probed;
    }

    public void Dispose() => _session.Dispose();

    private static ProbedTensor Copy(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        if (info.ElementDataType == TensorElementType.Float)
        {
            return new ProbedTensor(info.Shape, info.ElementDataType, value.GetTensorDataAsSpan<float>().ToArray(),
                null);
        }

        var plain = info.ElementDataType is TensorElementType.Int64 or TensorElementType.Int32 or TensorElementType.Bool
            or TensorElementType.Double or TensorElementType.UInt8 or TensorElementType.Int8;
        var bytes = plain ? value.GetTensorDataAsSpan<byte>().ToArray() : null;
        return new ProbedTensor(info.Shape, info.ElementDataType, [], bytes);
    }
}
