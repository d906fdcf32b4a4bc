using System.Diagnostics;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>A script of Peers/ run by Node against the official @grpc/grpc-js.</summary>
public sealed class NodePeer : IAsyncDisposable
{
    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    public StreamReader Output => _process.StandardOutput;

    public static NodePeer Start(string script, params string[] arguments)
    {
        var root = RepositoryRoot.FolderIfAny;
        Assert.SkipUnless(root is not null, "The repository's root, which holds KoopmanMesh.sln, was not found.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(root!, "node_modules", "@grpc", "grpc-js")),
            "The official Node client is not installed: node_modules/@grpc/grpc-js is absent.");
        Assert.SkipUnless(NodeIsInstalled(), "No node was found on the PATH.");
        var tests = Path.Combine(root!, "tests", "Compat.Tests");
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(tests, "Peers", script));
        start.ArgumentList.Add(Path.Combine(tests, "Protos", "playground.proto"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        return new NodePeer(Process.Start(start)!);
    }

    /// <summary>Everything the script prints, once it has ended well.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var error = _process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await Output.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        Assert.True(_process.ExitCode == 0, await error);
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static bool NodeIsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "node")));
}
