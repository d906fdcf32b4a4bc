using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>
/// A loaded network. Runs may overlap on any number of threads; dispose waits for none of them but frees only after the
/// last.
/// </summary>
public unsafe class InferenceSession : IDisposable
{
    private readonly SessionHandle _session;
    private readonly Dictionary<string, NodeMetadata> _inputs = [];
    private readonly Dictionary<string, NodeMetadata> _outputs = [];
    private readonly RunOptions _defaultRun;

    /// <summary>Loads a network with the default options.</summary>
    public InferenceSession(byte[] model) : this(model, null)
    {
    }

    /// <summary>Loads a network from the bytes of an ONNX file, which are not needed afterwards.</summary>
    public InferenceSession(byte[] model, SessionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        var environment = OrtEnv.Instance();
        using var defaults = options is null ? new SessionOptions() : null;
        nint session = 0;
        fixed (byte* first = model)
        {
            OrtApi.Check(((delegate* unmanaged<nint, byte*, nint, nint, nint*, nint>)
                OrtApi.Function(Slot.CreateSessionFromArray))(
                    environment.Handle, first, model.Length, (options ?? defaults)!.Handle, &session));
        }

        GC.KeepAlive(options);
        _session = new SessionHandle(session);
        try
        {
            InputNames = Describe(
                Slot.SessionGetInputCount, Slot.SessionGetInputName, Slot.SessionGetInputTypeInfo, _inputs);
            OutputNames = Describe(
                Slot.SessionGetOutputCount, Slot.SessionGetOutputName, Slot.SessionGetOutputTypeInfo, _outputs);
            _defaultRun = new RunOptions();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The inputs by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> InputMetadata => _inputs;

    /// <summary>The outputs by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> OutputMetadata => _outputs;

    /// <summary>The inputs' names, in the network's order.</summary>
    public IReadOnlyList<string> InputNames { get; }

    /// <summary>The outputs' names, in the network's order.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>Runs the network; the outputs asked for come back as new values, to be disposed.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        RunOptions runOptions,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames)
    {
        ArgumentNullException.ThrowIfNull(outputNames);
        var outputs = new nint[outputNames.Count];
        var result = new DisposableList<OrtValue>(outputs.Length);
        try
        {
            RunNative(runOptions, (inputNames, inputValues), outputNames, outputs);
            for (var i = 0; i < outputs.Length; i++)
            {
                var value = outputs[i];
                outputs[i] = 0;
                result.Add(new OrtValue(value));
            }

            return result;
        }
        catch
        {
            result.Dispose();
            foreach (var left in outputs)
            {
                OrtApi.Release(Slot.ReleaseValue, left);
            }

            throw;
        }
    }

    /// <summary>
    /// Runs the network into values made beforehand, whose shapes must be the outputs' own. Nothing is copied.
    /// </summary>
    public void Run(
        RunOptions? runOptions,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputValues)
    {
        ArgumentNullException.ThrowIfNull(outputNames);
        ArgumentNullException.ThrowIfNull(outputValues);
        RequireSameLength(nameof(outputNames), outputNames.Count, nameof(outputValues), outputValues.Count);
        RunNative(runOptions, (inputNames, inputValues), outputNames, Handles(outputValues));
        GC.KeepAlive(outputValues);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the network after the last run under way.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session.Dispose();
            _defaultRun.Dispose();
        }
    }

    private void RunNative(
        RunOptions? options,
        (IReadOnlyCollection<string> Names, IReadOnlyCollection<OrtValue> Values) inputs,
        IReadOnlyCollection<string> outputNames,
        nint[] outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs.Names, "inputNames");
        ArgumentNullException.ThrowIfNull(inputs.Values, "inputValues");
        RequireSameLength("inputNames", inputs.Names.Count, "inputValues", inputs.Values.Count);
        var held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            fixed (nint* inNames = Names(inputs.Names, _inputs, "Input"), inValues = Handles(inputs.Values))
            fixed (nint* outNames = Names(outputNames, _outputs, "Output"), outValues = outputs)
            {
                OrtApi.Check(((delegate* unmanaged<nint, nint, nint*, nint*, nint, nint*, nint, nint*, nint>)
                    OrtApi.Function(Slot.Run))(
                        _session.DangerousGetHandle(), (options ?? _defaultRun).Handle, inNames, inValues,
                        inputs.Names.Count, outNames, outputs.Length, outValues));
            }
        }
        finally
        {
            if (held)
            {
                _session.DangerousRelease();
            }

            GC.KeepAlive(options);
            GC.KeepAlive(inputs.Values);
        }
    }

    private List<string> Describe(int countSlot, int nameSlot, int typeSlot, Dictionary<string, NodeMetadata> into)
    {
        var session = _session.DangerousGetHandle();
        var names = new List<string>();
        var count = OrtApi.Get<nint>(countSlot, session);
        for (nint i = 0; i < count; i++)
        {
            nint text = 0;
            OrtApi.Check(((delegate* unmanaged<nint, nint, nint, nint*, nint>)OrtApi.Function(nameSlot))(
                session, i, OrtAllocator.DefaultInstance.Pointer, &text));
            var name = OrtApi.Text(text);
            OrtAllocator.DefaultInstance.Free(text);
            nint type = 0;
            OrtApi.Check(((delegate* unmanaged<nint, nint, nint*, nint>)OrtApi.Function(typeSlot))(session, i, &type));
            try
            {
                into[name] = new NodeMetadata(type) { ZeroTerminatedName = _session.Keep(name) };
            }
            finally
            {
                OrtApi.Release(Slot.ReleaseTypeInfo, type);
            }

            names.Add(name);
        }

        return names;
    }

    private static nint[] Names(IReadOnlyCollection<string> names, Dictionary<string, NodeMetadata> known, string kind)
    {
        var result = new nint[names.Count];
        var i = 0;
        foreach (var name in names)
        {
            result[i++] = known.TryGetValue(name, out var metadata)
                ? metadata.ZeroTerminatedName
                : throw new OnnxRuntimeException(
                    ErrorCode.InvalidArgument, $"{kind} name: '{name}' is not in the metadata");
        }

        return result;
    }

    private static nint[] Handles(IReadOnlyCollection<OrtValue> values)
    {
        var result = new nint[values.Count];
        var i = 0;
        foreach (var value in values)
        {
            result[i++] = value.Handle;
        }

        return result;
    }

    private static void RequireSameLength(string first, int firstCount, string second, int secondCount)
    {
        if (firstCount != secondCount)
        {
            throw new ArgumentException(
                $"Length of {first} ({firstCount}) must match that of {second} ({secondCount}).", second);
        }
    }
}
