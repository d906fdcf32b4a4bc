using System.Diagnostics;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>Node.js with the official packages of gRPC and ONNX Runtime, where they are installed.</summary>
internal static class NodePeer
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What a script of Peers/ prints, given the protos' folder and further arguments.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments) => RunAsync(
        Path.Combine("tests", "FunctionalTests", "Peers", script), "@grpc/grpc-js", ["protos", .. arguments]);

    /// <summary>What tests/reference/measure_hybrids.mjs prints: networks as onnxruntime-node runs them.</summary>
    public static Task<string> MeasureAsync(params string[] arguments) =>
        ReferenceAsync("measure_hybrids.mjs", arguments);

    /// <summary>What a script of tests/reference prints that runs networks in onnxruntime-node.</summary>
    public static Task<string> ReferenceAsync(string script, params string[] arguments) => RunAsync(
        Path.Combine("tests", "reference", script), "onnxruntime-node", arguments);

    private static async Task<string> RunAsync(string script, string package, string[] arguments)
    {
        var root = SharedData.Repository;
        Assert.SkipUnless(root is not null, "the repository's root, which holds KoopmanMesh.sln, was not found");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(root!, "node_modules", package)),
            $"an npm package is not installed: node_modules/{package} is absent");
        Assert.SkipUnless(NodeIsInstalled(), "no node was found on the PATH");
        using var process = Process.Start(new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = root!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }

    private static bool NodeIsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "node")));
}
