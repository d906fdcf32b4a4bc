using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>How a session is made and runs. May be disposed once the session exists.</summary>
public unsafe class SessionOptions : SafeHandle
{
    private GraphOptimizationLevel _graphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
    private ExecutionMode _executionMode = ExecutionMode.ORT_SEQUENTIAL;
    private OrtLoggingLevel _logSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private int _intraOpNumThreads;
    private int _interOpNumThreads;
    private bool _enableMemoryPattern = true;
    private bool _enableCpuMemArena = true;
    private string _logId = string.Empty;

    /// <summary>The defaults.</summary>
    public SessionOptions() : base(0, ownsHandle: true)
    {
        // The library reads the environment's state when options are made.
        OrtEnv.Instance();
        SetHandle(OrtApi.Create(Slot.CreateSessionOptions));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>How far the graph is rewritten; default everything.</summary>
    public GraphOptimizationLevel GraphOptimizationLevel
    {
        get => _graphOptimizationLevel;
        set => Set(Slot.SetSessionGraphOptimizationLevel, (int)(_graphOptimizationLevel = value));
    }

    /// <summary>Sequential (default) or parallel.</summary>
    public ExecutionMode ExecutionMode
    {
        get => _executionMode;
        set => Set(Slot.SetSessionExecutionMode, (int)(_executionMode = value));
    }

    /// <summary>The least severity logged; default warnings.</summary>
    public OrtLoggingLevel LogSeverityLevel
    {
        get => _logSeverityLevel;
        set => Set(Slot.SetSessionLogSeverityLevel, (int)(_logSeverityLevel = value));
    }

    /// <summary>Threads inside a node; 0 (default) lets the library choose.</summary>
    public int IntraOpNumThreads
    {
        get => _intraOpNumThreads;
        set => Set(Slot.SetIntraOpNumThreads, _intraOpNumThreads = value);
    }

    /// <summary>Threads across nodes in parallel execution; 0 (default) lets the library choose.</summary>
    public int InterOpNumThreads
    {
        get => _interOpNumThreads;
        set => Set(Slot.SetInterOpNumThreads, _interOpNumThreads = value);
    }

    /// <summary>Whether memory is planned from the first run's shapes; default true.</summary>
    public bool EnableMemoryPattern
    {
        get => _enableMemoryPattern;
        set => Call((_enableMemoryPattern = value) ? Slot.EnableMemPattern : Slot.DisableMemPattern);
    }

    /// <summary>Whether freed CPU memory is kept for the next run; default true.</summary>
    public bool EnableCpuMemArena
    {
        get => _enableCpuMemArena;
        set => Call((_enableCpuMemArena = value) ? Slot.EnableCpuMemArena : Slot.DisableCpuMemArena);
    }

    /// <summary>Names the session in log lines.</summary>
    public string LogId
    {
        get => _logId;
        set
        {
            var text = Marshal.StringToCoTaskMemUTF8(value);
            try
            {
                OrtApi.Check(((delegate* unmanaged<nint, nint, nint>)OrtApi.Function(Slot.SetSessionLogId))(
                    handle, text));
                _logId = value;
            }
            finally
            {
                Marshal.FreeCoTaskMem(text);
            }
        }
    }

    internal nint Handle => handle;

    /// <summary>Sets one of the keys of onnxruntime_session_options_config_keys.h.</summary>
    public void AddSessionConfigEntry(string configKey, string configValue)
    {
        var (key, value) = (Marshal.StringToCoTaskMemUTF8(configKey), Marshal.StringToCoTaskMemUTF8(configValue));
        try
        {
            OrtApi.Check(((delegate* unmanaged<nint, nint, nint, nint>)OrtApi.Function(Slot.AddSessionConfigEntry))(
                handle, key, value));
        }
        finally
        {
            Marshal.FreeCoTaskMem(key);
            Marshal.FreeCoTaskMem(value);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Release(Slot.ReleaseSessionOptions, handle);
        return true;
    }

    private void Set(int slot, int value) =>
        OrtApi.Check(((delegate* unmanaged<nint, int, nint>)OrtApi.Function(slot))(handle, value));

    private void Call(int slot) => OrtApi.Check(((delegate* unmanaged<nint, nint>)OrtApi.Function(slot))(handle));
}
