using System.Text.Json;
using KoopmanMesh.Cli;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Training;
using KoopmanMesh.ServiceDefaults.Tests.Security;

namespace KoopmanMesh.FunctionalTests.Security;

/// <summary>A whole mesh behind TLS that knows its clients, used by the command line and by official gRPC.</summary>
public sealed class SecuredMeshTests(MeshFixture files) : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly TestIssuer _issuer = new();
    private MeshHost? _mesh;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Target => $"localhost:{_mesh!.Address.Port}";

    private string GoodToken => _authority.Write("token", _issuer.Token());

    public async ValueTask InitializeAsync()
    {
        var server = _authority.Server();
        _mesh = await MeshHost.StartAsync(
            new MeshHostOptions
            {
                Port = 0,
                Ephemeral = true,
                Settings = new Dictionary<string, string?>
                {
                    ["Security:Tls:Certificate"] = server.Certificate,
                    ["Security:Tls:Key"] = server.Key,
                    ["Security:ClientCertificates:Authority"] = _authority.File,
                    ["Security:ClientCertificates:Allow:0"] = "lab.example.test",
                    ["Security:Tokens:Keys"] = _authority.Write("keys.json", _issuer.KeySet),
                    ["Security:Tokens:Issuer"] = TestIssuer.Name,
                    ["Security:Tokens:Audience"] = TestIssuer.Audience,
                    ["Security:Policies:koopmanmesh.training.v1.TrainingService:Scopes:0"] = "train",
                },
            },
            Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }

        _authority.Dispose();
        _issuer.Dispose();
    }

    // Capture calls koopman, and credit capture, within the mesh: they must be known too.
    [Fact]
    public async Task Analysis_OfAClientWithAToken_RunsToItsEnd()
    {
        var result = await AnalyzeAsync("--ca", _authority.File, "--token-file", GoodToken);

        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
        using var report = JsonDocument.Parse(result.Output);
        Assert.Equal(3 * Math.Log(2), report.RootElement.GetProperty("total").GetProperty("logPdet").GetDouble(), 1e-4);
    }

    [Fact]
    public async Task Analysis_OfAClientWithACertificate_RunsToItsEnd()
    {
        var client = _authority.Client("lab", "lab.example.test");

        var result = await AnalyzeAsync(
            "--ca", _authority.File, "--cert", client.Certificate, "--key", client.Key);

        Assert.True(result.ExitCode == ExitCodes.Success, result.Error);
    }

    [Fact]
    public async Task Analysis_OfAClientThatNobodyKnows_IsRefusedInOneSentence()
    {
        var result = await AnalyzeAsync("--ca", _authority.File);

        Assert.Equal(
            (ExitCodes.Denied,
                "koopmesh: the call has neither bearer token nor client certificate; this host needs one\n"),
            (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Analysis_AtAHostThatIsNotTrusted_SaysHowToTrustIt()
    {
        var result = await AnalyzeAsync("--token-file", GoodToken);

        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.Contains("is not trusted, or it speaks no TLS; give the authority that signed it with --ca FILE",
            result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analysis_TrustingAnotherAuthority_SaysThatItIsAnother()
    {
        using var other = new TestAuthority();

        var result = await AnalyzeAsync("--ca", other.File, "--token-file", GoodToken);

        Assert.Equal(ExitCodes.Unreachable, result.ExitCode);
        Assert.Contains("signed by another authority than --ca", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOT_FOUND RUN_NOT_FOUND", "ca", "token")]
    [InlineData("NOT_FOUND RUN_NOT_FOUND", "ca", "cert")]
    [InlineData("UNAUTHENTICATED CREDENTIALS_MISSING", "ca")]
    [InlineData("UNAUTHENTICATED TOKEN_EXPIRED", "ca", "expired")]
    [InlineData("PERMISSION_DENIED CLIENT_CERTIFICATE_NOT_ALLOWED", "ca", "stranger")]
    [InlineData("UNAVAILABLE", "token")]
    public async Task OfficialPythonClient_GetsAsFarAsItsCredentialsReach(string expected, params string[] shows)
    {
        var printed = await PythonClient.PeerAsync("secured.py", [Target, .. shows.SelectMany(Shown)]);

        Assert.Equal(expected, printed.Trim());
    }

    [Fact]
    public async Task Serve_BeyondThisMachineWithoutTls_DoesNotStart_AndSaysWhatToDo()
    {
        var result = await CommandLine.RunAsync("serve", "--listen", "0.0.0.0:0", "--data-dir", files.NewPath("state"));

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        Assert.Contains("--tls-cert, --tls-key", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Serve_WithACertificateThatIsNotThere_SaysWhich()
    {
        var result = await CommandLine.RunAsync(
            "serve", "--port", "0", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.key");

        Assert.Equal(ExitCodes.Environment, result.ExitCode);
        Assert.Contains("nowhere.pem", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ca was given without --endpoint", "--ca", "a.pem")]
    [InlineData("of --cert and --key one was given", "--endpoint", "https://localhost:1", "--cert", "a.pem")]
    public async Task Command_WithHalfOfWhatBelongsTogether_IsAMisuse(string sentence, params string[] options)
    {
        var result = await CommandLine.RunAsync(["components", "model.onnx", .. options]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    private IEnumerable<string> Shown(string what)
    {
        var client = _authority.Client(what, what == "cert" ? "lab.example.test" : "elsewhere.example.test");
        return what switch
        {
            "ca" => [$"ca={_authority.File}"],
            "token" => [$"token={GoodToken}"],
            "expired" => [$"token={_authority.Write("expired", _issuer.Token(("exp", 1_000_000_000)))}"],
            _ => [$"cert={client.Certificate}", $"key={client.Key}"],
        };
    }

    private Task<CommandResult> AnalyzeAsync(params string[] options)
    {
        var model = files.Write("small.onnx", Samples.Network(Samples.Reflection(3, 1), Samples.Scaled(3, 2)));
        var data = files.Write("small.npy", Samples.Npy(Samples.Normal(900, 3), 3));
        return CommandLine.RunAsync(
            ["analyze", model, "--data", data, "--json", "--bootstraps", "0", "--endpoint", $"https://{Target}",
                .. options]);
    }
}
