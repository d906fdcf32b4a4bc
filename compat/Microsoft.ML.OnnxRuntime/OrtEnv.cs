using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What can be set before the environment exists.</summary>
public struct EnvironmentCreationOptions
{
#pragma warning disable CA1051 // Fields, as in the official type.
    /// <summary>Names the application in log lines.</summary>
    public string? logId;

    /// <summary>The least severity that is logged; warnings when null.</summary>
    public OrtLoggingLevel? logLevel;
#pragma warning restore CA1051
}

/// <summary>The process-wide environment: made once, on first use, by any thread.</summary>
public sealed unsafe class OrtEnv : SafeHandle
{
    private static readonly Lock s_lock = new();
    private static OrtEnv? s_instance;

    private OrtEnv(nint environment) : base(0, ownsHandle: true) => SetHandle(environment);

    /// <summary>Whether the environment exists.</summary>
    public static bool IsCreated => Volatile.Read(ref s_instance) is not null;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Handle => handle;

    /// <summary>The environment, made with the defaults if need be.</summary>
    public static OrtEnv Instance()
    {
        lock (s_lock)
        {
            return s_instance ??= Make(default);
        }
    }

    /// <summary>Makes the environment with options; throws if it exists, because they would have no effect.</summary>
    public static OrtEnv CreateInstanceWithOptions(ref EnvironmentCreationOptions options)
    {
        lock (s_lock)
        {
            return s_instance is null
                ? s_instance = Make(options)
                : throw new OnnxRuntimeException(
                    ErrorCode.RuntimeException,
                    "OrtEnv singleton instance already exists, supplied options would not have effect");
        }
    }

    /// <summary>The library's version, e.g. "1.30.0".</summary>
    public string GetVersionString() => OrtApi.Version;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Release(Slot.ReleaseEnv, handle);
        return true;
    }

    private static OrtEnv Make(EnvironmentCreationOptions options)
    {
        var name = Marshal.StringToCoTaskMemUTF8(options.logId ?? "CSharpOnnxRuntime");
        try
        {
            nint environment = 0;
            var level = options.logLevel ?? OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
            OrtApi.Check(((delegate* unmanaged<OrtLoggingLevel, nint, nint*, nint>)OrtApi.Function(Slot.CreateEnv))(
                level, name, &environment));
            return new OrtEnv(environment);
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }
}
