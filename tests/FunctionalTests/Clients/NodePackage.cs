using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>The package of clients/node, built once beside the tests and imported as one that was installed.</summary>
internal static class NodePackage
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "node-client");
    private static readonly Lazy<Task> _built = new(BuildAsync);

    public static string ReadMe => Path.Combine(SharedData.Repository!, "clients", "node", "README.md");

    private static string Installed => Path.Combine(_folder, "node_modules", "koopmanmesh");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The package's own tests.</summary>
    public static async Task<string> TestAsync()
    {
        await InstallAsync();
        return await NodePeer.NodeAsync(Installed, "--test", "test/");
    }

    /// <summary>What a script of Peers/node prints.</summary>
    public static async Task<string> PeerAsync(string script, params string[] arguments)
    {
        await InstallAsync();
        var peers = Path.Combine(SharedData.Repository!, "tests", "FunctionalTests", "Peers", "node");
        return await RunAsync(await File.ReadAllTextAsync(Path.Combine(peers, script), Token), _folder, arguments);
    }

    /// <summary>What a program prints that is run in a folder, and imports the package.</summary>
    public static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        await InstallAsync();
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.mjs");
        await File.WriteAllTextAsync(file, program, Token);
        try
        {
            return await NodePeer.NodeAsync(folder, [file, .. arguments]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task InstallAsync()
    {
        NodePeer.SkipWithout("@grpc/grpc-js", "@grpc/proto-loader", "typescript");
        await _built.Value;
    }

    private static Task BuildAsync() => NodePeer.NodeAsync(
        SharedData.Repository!, Path.Combine("clients", "node", "build.mjs"), Installed);
}
