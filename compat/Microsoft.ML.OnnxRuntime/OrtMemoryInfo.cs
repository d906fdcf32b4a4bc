using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Where a tensor's memory lies; here always the CPU's.</summary>
public unsafe class OrtMemoryInfo : SafeHandle
{
    private const int DeviceAllocator = 0;
    private const int CpuMemory = -1;

    private static readonly Lazy<OrtMemoryInfo> s_default = new(CreateCpu);

    private OrtMemoryInfo(nint info) : base(0, ownsHandle: true) => SetHandle(info);

    /// <summary>The CPU's memory.</summary>
    public static OrtMemoryInfo DefaultInstance => s_default.Value;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Release(Slot.ReleaseMemoryInfo, handle);
        return true;
    }

    private static OrtMemoryInfo CreateCpu()
    {
        nint info = 0;
        OrtApi.Check(((delegate* unmanaged<int, int, nint*, nint>)OrtApi.Function(Slot.CreateCpuMemoryInfo))(
            DeviceAllocator, CpuMemory, &info));
        return new OrtMemoryInfo(info);
    }
}
