using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>The C API's function table, loaded on first use, and the reading of what its functions return.</summary>
internal static unsafe class OrtApi
{
    // The oldest table that holds every slot used here and that the official C# package asks for: newer libraries still
    // serve it.
    private const uint ApiVersion = 14;

    private static readonly Lazy<Tables> s_tables = new(Open);

    internal static nint Function(int slot) => ((nint*)s_tables.Value.Api)[slot];

    internal static string Version =>
        Text(((delegate* unmanaged<nint>)((nint*)s_tables.Value.Base)[1])());

    /// <summary>Throws what a status says and frees it; a null status is success.</summary>
    internal static void Check(nint status)
    {
        if (status != 0)
        {
            Throw(status);
        }
    }

    internal static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? string.Empty;

    internal static void Release(int slot, nint handle) =>
        ((delegate* unmanaged<nint, void>)Function(slot))(handle);

    /// <summary>A function of the form <c>OrtStatus* f(handle, out T)</c>.</summary>
    internal static T Get<T>(int slot, nint handle) where T : unmanaged
    {
        T value = default;
        Check(((delegate* unmanaged<nint, T*, nint>)Function(slot))(handle, &value));
        return value;
    }

    /// <summary>A function of the form <c>OrtStatus* f(out handle)</c>.</summary>
    internal static nint Create(int slot)
    {
        nint handle = 0;
        Check(((delegate* unmanaged<nint*, nint>)Function(slot))(&handle));
        return handle;
    }

    private static void Throw(nint status)
    {
        var code = ((delegate* unmanaged<nint, ErrorCode>)Function(Slot.GetErrorCode))(status);
        var message = Text(((delegate* unmanaged<nint, nint>)Function(Slot.GetErrorMessage))(status));
        Release(Slot.ReleaseStatus, status);
        throw new OnnxRuntimeException(code, message);
    }

    private static Tables Open()
    {
        var library = RuntimeLibrary.Load();
        var root = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        var api = ((delegate* unmanaged<uint, nint>)((nint*)root)[0])(ApiVersion);
        return api != 0
            ? new Tables(root, api)
            : throw new DllNotFoundException(
                $"the ONNX Runtime library found does not serve version {ApiVersion} of its C API; " +
                "use ONNX Runtime 1.14 or newer");
    }

    private sealed record Tables(nint Base, nint Api);
}
