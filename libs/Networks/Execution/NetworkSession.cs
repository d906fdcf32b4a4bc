using System.Runtime.InteropServices;
using KoopmanMesh.Networks.Surgery;
using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Networks.Execution;

/// <summary>
/// Runs a network on batches of rows. Inputs are read where the caller keeps them and outputs are written straight into
/// buffers that are kept between runs. Not thread-safe.
/// </summary>
public sealed class NetworkSession : IDisposable
{
    private static readonly RunOptions PlainRun = new();
    private readonly NetworkModel _model;
    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly float[][] _buffers;
    private readonly float[] _row;
    private OrtValue[] _outputs = [];
    private OrtValue[] _rowInput = [];
    private int _bound;
    private int _capacity;

    /// <summary>Opens a session.</summary>
    public NetworkSession(NetworkModel model, NetworkSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new NetworkSessionOptions();
        _model = model;
        var probes = options.Probes.Distinct().Where(name => name != model.Output.Name && name != model.Input.Name)
            .ToList();
        Outputs = [model.Output, .. probes.Select(model.Cut)];
        _inputNames = [model.Input.Name];
        _outputNames = [.. Outputs.Select(layout => layout.Name)];
        _buffers = [.. Outputs.Select(_ => Array.Empty<float>())];
        _row = model.Input.Batched ? [] : new float[model.Input.Width];
        _session = RuntimeFactory.Open(GraphSurgery.WithProbes(model, probes), options.Threads);
    }

    /// <summary>The tensors a run returns: the network's output, then the probes in the order asked for.</summary>
    public IReadOnlyList<TensorLayout> Outputs { get; }

    /// <summary>Runs rows through the network.</summary>
    /// <param name="rows">
    /// Row-major [count, width] float32, where width is the network's input width; not copied.
    /// </param>
    /// <param name="count">Number of rows, at least one.</param>
    /// <param name="cancellationToken">
    /// Looked at between rows when they run one at a time; a batch is never interrupted.
    /// </param>
    /// <returns>Views of this session's buffers, valid until its next run.</returns>
    public NetworkBatch Run(ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var input = _model.Input;
        if (rows.Length != (long)count * input.Width)
        {
            throw new ArgumentException(
                $"{count} rows of '{_model.Name}' are {count} x {input.Width} values; got {rows.Length}.",
                nameof(rows));
        }

        cancellationToken.ThrowIfCancellationRequested();
        Reserve(count);
        if (input.Batched)
        {
            RunTogether(rows, count);
        }
        else
        {
            RunOneByOne(rows, count, cancellationToken);
        }

        return new NetworkBatch(Outputs, _buffers, input, rows, count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unbind();
        _session.Dispose();
    }

    private void RunTogether(ReadOnlyMemory<float> rows, int count)
    {
        if (_bound != count)
        {
            Unbind();
            _outputs = [.. Outputs.Select((layout, i) => Bind(_buffers[i], layout.Dimensions(count)))];
            _bound = count;
        }

        // The runtime takes writable memory for every tensor, but only reads inputs.
        using var input = Bind(MemoryMarshal.AsMemory(rows), _model.Input.Dimensions(count));
        _session.Run(PlainRun, _inputNames, [input], _outputNames, _outputs);
    }

    private void RunOneByOne(ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken)
    {
        if (_bound == 0)
        {
            _rowInput = [Bind(_row, _model.Input.Dimensions(1))];
            _outputs = [.. Outputs.Select(layout => Bind(new float[layout.Width], layout.Dimensions(1)))];
            _bound = 1;
        }

        for (var row = 0; row < count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Span.Slice(row * _row.Length, _row.Length).CopyTo(_row);
            _session.Run(PlainRun, _inputNames, _rowInput, _outputNames, _outputs);
            for (var i = 0; i < _outputs.Length; i++)
            {
                var width = Outputs[i].Width;
                _outputs[i].GetTensorDataAsSpan<float>().CopyTo(_buffers[i].AsSpan(row * width, width));
            }
        }
    }

    private static OrtValue Bind(Memory<float> memory, long[] dimensions) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, dimensions);

    private void Reserve(int count)
    {
        if (count <= _capacity)
        {
            return;
        }

        if (_model.Input.Batched)
        {
            Unbind();
        }

        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i] = GC.AllocateUninitializedArray<float>(checked(count * Outputs[i].Width));
        }

        _capacity = count;
    }

    private void Unbind()
    {
        foreach (var value in _outputs.Concat(_rowInput))
        {
            value.Dispose();
        }

        (_outputs, _rowInput, _bound) = ([], [], 0);
    }
}
