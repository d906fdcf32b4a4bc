using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>An allocator of the library.</summary>
public unsafe class OrtAllocator : SafeHandle
{
    private static readonly Lazy<OrtAllocator> s_default =
        new(() => new OrtAllocator(OrtApi.Create(Slot.GetAllocatorWithDefaultOptions)));

    // The default allocator belongs to the library and is never released.
    private OrtAllocator(nint allocator) : base(0, ownsHandle: false) => SetHandle(allocator);

    /// <summary>The library's default CPU allocator.</summary>
    public static OrtAllocator DefaultInstance => s_default.Value;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    internal void Free(nint memory) =>
        OrtApi.Check(((delegate* unmanaged<nint, nint, nint>)OrtApi.Function(Slot.AllocatorFree))(handle, memory));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;
}
