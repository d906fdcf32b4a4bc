using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Training;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>The Python package against a mesh with TLS, bearer tokens and a policy.</summary>
public sealed class PythonSecurityTests(MeshFixture mesh)
{
    private static readonly string[] _outcomes =
    [
        // Known; without a token, with one for another audience, with one that has expired; another's certificate.
        "list", "Unauthenticated", "Unauthenticated", "Unauthenticated", "Unreachable",

        // Health is open; the policy asks for a scope, which the token's file has once it is written again.
        "str", "PermissionDenied", "ListMethodsResponse",
    ];

    [Fact]
    public async Task Calls_TlsTokensAndPolicy_AreLetInAsTheyAreKnown()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "koopmesh");
        Assert.SkipUnless(File.Exists(program), "the program 'koopmesh' does not lie beside its tests");
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl, which makes the certificates, is not installed");

        using var said = JsonDocument.Parse(
            await PythonClient.PeerAsync("python_secure.py", program, mesh.NewPath("secure")));

        Assert.Equal(2, said.RootElement.GetArrayLength());
        Assert.All(said.RootElement.EnumerateArray(), client => Assert.Equal(
            _outcomes, client.EnumerateArray().Select(outcome => outcome.GetString())));
    }
}
