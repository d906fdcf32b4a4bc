using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// A native session and the zero-terminated names passed to it. Counted by reference, so that disposing a session while
/// another thread runs it frees both only after that run.
/// </summary>
internal sealed class SessionHandle : SafeHandle
{
    private readonly List<nint> _names = [];

    internal SessionHandle(nint session) : base(0, ownsHandle: true) => SetHandle(session);

    public override bool IsInvalid => handle == 0;

    internal nint Keep(string name)
    {
        var utf8 = Marshal.StringToCoTaskMemUTF8(name);
        _names.Add(utf8);
        return utf8;
    }

    protected override bool ReleaseHandle()
    {
        OrtApi.Release(Slot.ReleaseSession, handle);
        _names.ForEach(Marshal.FreeCoTaskMem);
        return true;
    }
}
