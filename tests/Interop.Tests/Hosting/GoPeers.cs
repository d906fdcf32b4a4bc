namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>The Go peers, built once for all tests: the first build compiles grpc-go, later ones don't.</summary>
internal static class GoPeers
{
    /// <summary>The first build takes half a minute of processor time, on a machine that other tests load.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task<string>> _built = new(StartBuildAsync);

    /// <summary>The folder of the programs <c>client</c> and <c>server</c>.</summary>
    public static Task<string> BuildAsync() => _built.Value;

    private static async Task<string> StartBuildAsync()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "interop-go");
        await using var build = Peer.Start(Repository.Peer("go/build.sh"), folder);
        var (exitCode, output, errors) = await build.RunToEndAsync(_patience);
        Assert.True(exitCode == 0, $"The Go peers could not be built: {output}{errors}");
        return folder;
    }
}
