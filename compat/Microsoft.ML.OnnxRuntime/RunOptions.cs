using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Options of one or more runs; may be shared by threads.</summary>
public unsafe class RunOptions : SafeHandle
{
    private OrtLoggingLevel _logSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private bool _terminate;

    /// <summary>The defaults.</summary>
    public RunOptions() : base(0, ownsHandle: true) => SetHandle(OrtApi.Create(Slot.CreateRunOptions));

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The least severity that these runs log.</summary>
    public OrtLoggingLevel LogSeverityLevel
    {
        get => _logSeverityLevel;
        set
        {
            OrtApi.Check(((delegate* unmanaged<nint, OrtLoggingLevel, nint>)OrtApi.Function(
                Slot.RunOptionsSetRunLogSeverityLevel))(handle, value));
            _logSeverityLevel = value;
        }
    }

    /// <summary>
    /// Set, from any thread, ends every run that uses these options with an error as soon as its current node is done.
    /// </summary>
    public bool Terminate
    {
        get => _terminate;
        set
        {
            var slot = value ? Slot.RunOptionsSetTerminate : Slot.RunOptionsUnsetTerminate;
            OrtApi.Check(((delegate* unmanaged<nint, nint>)OrtApi.Function(slot))(handle));
            _terminate = value;
        }
    }

    internal nint Handle => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Release(Slot.ReleaseRunOptions, handle);
        return true;
    }
}
