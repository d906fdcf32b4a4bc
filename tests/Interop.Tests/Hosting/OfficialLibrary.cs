namespace KoopmanMesh.Interop.Tests.Hosting;

/// <summary>An official gRPC library, and the scripts that run on it.</summary>
internal sealed record OfficialLibrary(string Interpreter, string Extension, string Proof, string HowToInstall)
{
    public static readonly OfficialLibrary Python = new(
        "/usr/bin/python3", "py", "/usr/lib/python3/dist-packages/grpc", "eng/deps.sh test installs python3-grpcio");

    public static readonly OfficialLibrary Node = new(
        "node", "cjs", Path.Combine(Repository.Root, "node_modules", "@grpc", "grpc-js"), "npm ci installs it");

    /// <summary>Starts Peers/interop_client or interop_server.</summary>
    public Peer Start(string script, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(Directory.Exists(Proof), $"An official library is missing: {Proof}; {HowToInstall}.");
        return Peer.Start(Interpreter, [Repository.Peer($"{script}.{Extension}"), .. arguments]);
    }
}
