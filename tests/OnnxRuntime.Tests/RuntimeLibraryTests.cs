using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Native;

namespace KoopmanMesh.OnnxRuntime.Tests;

public sealed class RuntimeLibraryTests
{
    [Fact]
    public void Version_OfTheLoadedLibrary_IsADottedNumber()
    {
        Assert.Matches(@"^1\.\d+\.\d+", OrtEnv.Instance().GetVersionString());
        Assert.True(OrtEnv.IsCreated);
    }

    [Fact]
    public void Environment_AlreadyMade_RefusesOptions()
    {
        OrtEnv.Instance();
        var options = new EnvironmentCreationOptions { logId = "late" };

        var error = Assert.Throws<OnnxRuntimeException>(() => OrtEnv.CreateInstanceWithOptions(ref options));

        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamedFileMissing_SaysWhichVariableAndWhatToDo()
    {
        var error = Assert.Throws<DllNotFoundException>(
            () => RuntimeLibrary.Load("/nowhere/libonnxruntime.so.1", AppContext.BaseDirectory));

        Assert.Contains(
            "ONNXRUNTIME_LIB names '/nowhere/libonnxruntime.so.1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("npm ci", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindCarried_NearestNodeModulesAbove_IsChosen()
    {
        var root = Directory.CreateTempSubdirectory("ort-");
        try
        {
            var deep = root.CreateSubdirectory("a/b/c");
            Assert.Null(RuntimeLibrary.FindCarried(deep.FullName));
            var library = Place(Path.Combine(root.FullName, "a"));
            Place(root.FullName);

            Assert.Equal(library, RuntimeLibrary.FindCarried(deep.FullName));
        }
        finally
        {
            root.Delete(recursive: true);
        }

        static string Place(string under)
        {
            var machine = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture ==
                System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";
            var folder = Directory.CreateDirectory(
                Path.Combine(under, "node_modules/onnxruntime-node/bin/napi-v6/linux", machine));
            var path = Path.Combine(folder.FullName, "libonnxruntime.so.1");
            File.WriteAllBytes(path, []);
            return path;
        }
    }
}
