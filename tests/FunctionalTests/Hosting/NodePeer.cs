using System.Diagnostics;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>The official Node client of gRPC, where it is installed.</summary>
internal static class NodePeer
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What a script of Peers/ prints, given the protos' folder and further arguments.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var root = SharedData.Repository;
        Assert.SkipUnless(root is not null, "the repository's root, which holds KoopmanMesh.sln, was not found");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(root!, "node_modules", "@grpc", "grpc-js")),
            "the official Node client is not installed: node_modules/@grpc/grpc-js is absent");
        Assert.SkipUnless(NodeIsInstalled(), "no node was found on the PATH");
        string[] all =
            [Path.Combine(root!, "tests", "FunctionalTests", "Peers", script), Path.Combine(root!, "protos"), .. arguments];
        using var process = Process.Start(new ProcessStartInfo("node", all)
        {
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
