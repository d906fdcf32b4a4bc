namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>An official gRPC library, and the peers that run on it.</summary>
/// <param name="Needs">Files and folders that are there where it is installed.</param>
/// <param name="HowToInstall">What installs it.</param>
/// <param name="CommandAsync">The command that starts a peer, by its role: <c>client</c> or <c>server</c>.</param>
internal sealed record OfficialLibrary(
    IReadOnlyList<string> Needs, string HowToInstall, Func<string, Task<IReadOnlyList<string>>> CommandAsync)
{
    public static readonly OfficialLibrary Python = new(
        ["/usr/lib/python3/dist-packages/grpc"],
        "eng/deps.sh test installs python3-grpcio",
        role => Script("/usr/bin/python3", $"interop_{role}.py"));

    public static readonly OfficialLibrary Node = new(
        [Path.Combine(Repository.Root, "node_modules", "@grpc", "grpc-js")],
        "npm ci installs it",
        role => Script("node", $"interop_{role}.cjs"));

    public static readonly OfficialLibrary Go = new(
        ["/usr/bin/go", "/usr/share/gocode/src/google.golang.org/grpc"],
        "eng/deps.sh test installs golang-go and golang-google-grpc-dev",
        async role => [Path.Combine(await GoPeers.BuildAsync(), role)]);

    /// <summary>Starts the interop client or server; skips the test where the library isn't installed.</summary>
    public async Task<Peer> StartAsync(string role, params IEnumerable<string> arguments)
    {
        foreach (var needed in Needs)
        {
            Assert.SkipUnless(Path.Exists(needed), $"An official library is missing: {needed}; {HowToInstall}.");
        }

        var command = await CommandAsync(role);
        return Peer.Start(command[0], [.. command.Skip(1), .. arguments]);
    }

    private static Task<IReadOnlyList<string>> Script(string interpreter, string file) =>
        Task.FromResult<IReadOnlyList<string>>([interpreter, Repository.Peer(file)]);
}
