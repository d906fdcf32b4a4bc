using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// Where ONNX Runtime's C library comes from: the file named by ONNXRUNTIME_LIB; else the one npm's onnxruntime-node
/// carries, in the nearest node_modules above the program; else the system's. A name in ONNXRUNTIME_LIB that doesn't
/// load is an error, not a hint.
/// </summary>
internal static class RuntimeLibrary
{
    internal const string Variable = "ONNXRUNTIME_LIB";

    private const string SystemName = "libonnxruntime.so.1";

    internal static nint Load() => Load(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);

    internal static nint Load(string? named, string startDirectory)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return NativeLibrary.TryLoad(named, out var chosen)
                ? chosen
                : throw new DllNotFoundException(
                    $"{Variable} names '{named}', which can't be loaded as ONNX Runtime's C library; " +
                    $"name an existing {SystemName}, or unset it after 'npm ci'");
        }

        var carried = FindCarried(startDirectory);
        if (carried is not null && NativeLibrary.TryLoad(carried, out var handle))
        {
            return handle;
        }

        return NativeLibrary.TryLoad(SystemName, out handle)
            ? handle
            : throw new DllNotFoundException(
                $"ONNX Runtime's C library was found neither in a node_modules above '{startDirectory}' " +
                "nor on the system; " +
                $"run 'npm ci' in the repository, or set {Variable} to a {SystemName}");
    }

    internal static string? FindCarried(string startDirectory)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        for (var folder = new DirectoryInfo(startDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(
                folder.FullName, "node_modules", "onnxruntime-node", "bin", "napi-v6", "linux", architecture,
                SystemName);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
