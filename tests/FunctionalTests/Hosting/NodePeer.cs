using System.Diagnostics;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>Node.js with the official packages of gRPC and ONNX Runtime, where they are installed.</summary>
internal static class NodePeer
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What tests/reference/measure_hybrids.mjs prints: networks as onnxruntime-node runs them.</summary>
    public static Task<string> MeasureAsync(params string[] arguments) =>
        ReferenceAsync("measure_hybrids.mjs", arguments);

    /// <summary>What a script of tests/reference prints that runs networks in onnxruntime-node.</summary>
    public static Task<string> ReferenceAsync(string script, params string[] arguments)
    {
        SkipWithout("onnxruntime-node");
        return NodeAsync(SharedData.Repository!, [Path.Combine("tests", "reference", script), .. arguments]);
    }

    /// <summary>Skips the test where Node or one of these packages isn't installed.</summary>
    public static void SkipWithout(params string[] packages)
    {
        var root = SharedData.Repository;
        Assert.SkipUnless(root is not null, "the repository's root, which holds KoopmanMesh.sln, was not found");
        foreach (var package in packages)
        {
            Assert.SkipUnless(
                Directory.Exists(Path.Combine(root!, "node_modules", package)),
                $"an npm package is not installed: node_modules/{package} is absent");
        }

        Assert.SkipUnless(NodeIsInstalled(), "no node was found on the PATH");
    }

    /// <summary>What Node prints, run in a folder; it must succeed.</summary>
    public static async Task<string> NodeAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(Token);
            var output = await process.StandardOutput.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token);
            Assert.True(process.ExitCode == 0, output + await error);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static bool NodeIsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "node")));
}
