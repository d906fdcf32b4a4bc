using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>The Node package against a mesh with TLS, bearer tokens and a policy.</summary>
public sealed class NodeSecurityTests(MeshFixture mesh)
{
    private static readonly Dictionary<string, string> _outcomes = new()
    {
        ["known"] = "let in",
        ["nobody"] = "UNAUTHENTICATED",
        ["another audience"] = "UNAUTHENTICATED",
        ["expired"] = "UNAUTHENTICATED",
        ["another certificate"] = "UNAVAILABLE",
        ["health"] = "let in",
        ["without the scope"] = "PERMISSION_DENIED",
        ["with the scope"] = "let in",
    };

    [Fact]
    public async Task Calls_TlsTokensAndPolicy_AreLetInAsTheyAreKnown()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "koopmesh");
        Assert.SkipUnless(File.Exists(program), "the program 'koopmesh' does not lie beside its tests");
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl, which makes the certificates, is not installed");

        var printed = await NodePackage.PeerAsync("secure.mjs", program, mesh.NewPath("secure"));

        Assert.Equal(_outcomes, JsonSerializer.Deserialize<Dictionary<string, string>>(printed));
    }
}
