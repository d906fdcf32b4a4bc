using System.Diagnostics;
using System.Text.Json;

namespace KoopmanMesh.Networks.Tests;

/// <summary>ONNX's own checker (python3-onnx) and another runtime (onnxruntime-node), where they are.</summary>
internal static class Peers
{
    private static readonly string? Root = RepositoryRoot.FolderIfAny;

    /// <summary>What the checker says of each file; a file that is not valid fails the test with its reason.</summary>
    public static JsonElement Check(params IEnumerable<string> files)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") && Root is not null, "Python or the repository is not here");
        return JsonDocument.Parse(Run("/usr/bin/python3", [Script("check_onnx.py"), .. files])).RootElement;
    }

    /// <summary>What the readers of VNN-COMP make of a property, and of points given as JSON.</summary>
    public static JsonElement ReadProperty(string file, string points)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") && Root is not null, "Python or the repository is not here");
        return JsonDocument.Parse(Run("/usr/bin/python3", [Script("read_vnnlib.py"), file, points])).RootElement;
    }

    /// <summary>The outputs of an ONNX file in onnxruntime-node, row by row.</summary>
    public static float[] Run(string file, float[] rows, int width)
    {
        Assert.SkipUnless(
            Root is not null && Directory.Exists(Path.Combine(Root, "node_modules", "onnxruntime-node")),
            "onnxruntime-node is not installed");
        var input = Path.ChangeExtension(file, ".rows.json");
        File.WriteAllText(input, JsonSerializer.Serialize(rows.Chunk(width)));
        return [.. JsonSerializer.Deserialize<float[][]>(Run("node", [Script("run_onnx.mjs"), file, input]))!
            .SelectMany(row => row)];
    }

    private static string Script(string name) => Path.Combine(Root!, "tests", "reference", name);

    private static string Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Root,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.GetAwaiter().GetResult());
        return output;
    }
}
