using System.CommandLine;
using System.CommandLine.Parsing;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.ServiceDefaults.Security;

namespace KoopmanMesh.Cli.Commands;

/// <summary>
/// The options of every command that can talk to a running mesh: where it is, how to trust it, who one is.
/// </summary>
internal sealed class EndpointArguments
{
    public Option<Uri?> Address { get; } = new("--endpoint")
    {
        Description =
            "A running mesh (koopmesh serve), e.g. http://127.0.0.1:7070, https://mesh.example:7070, or "
            + "dns:///mesh.example:7070 for all addresses of a name in turn, by TLS with --ca or --cert; default: all "
            + "services in this process.",
        HelpName = "URL",
        CustomParser = ParseAddress,
    };

    public Option<string?> Authority { get; } = FileOption(
        "--ca", "KOOPMESH_CA", "Trust the mesh by this authority's certificate, a PEM file, and by no other.");

    public Option<string?> Certificate { get; } = FileOption(
        "--cert", "KOOPMESH_CERT", "The certificate to show the mesh, a PEM file, with --key.");

    public Option<string?> Key { get; } = FileOption(
        "--key", "KOOPMESH_KEY", "The private key of --cert, a PEM file.");

    public Option<string?> Token { get; } = FileOption(
        "--token-file", "KOOPMESH_TOKEN_FILE", "The bearer token to send, alone in a file.");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [Address, Authority, Certificate, Key, Token];

    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The mesh that the command line names, or null.</summary>
    public MeshEndpoint? Bind(ParseResult result)
    {
        if (result.GetValue(Address) is not { } address)
        {
            return Stated(result, Authority, Certificate, Key, Token) is { } odd
                ? throw new CliException(ExitCodes.Usage, $"{odd.Name} was given without --endpoint, which it is for")
                : null;
        }

        return Bind(result, address);
    }

    /// <summary>The mesh at an address, trusted as the command line says.</summary>
    public MeshEndpoint Bind(ParseResult result, Uri address)
    {
        if (address.Scheme == Uri.UriSchemeHttp && Stated(result, Authority, Certificate, Key) is { } unused)
        {
            throw new CliException(
                ExitCodes.Usage, $"{unused.Name} is for TLS, which {address.OriginalString} has none of; say https://");
        }

        var security = new ClientSecurityOptions
        {
            Authority = result.GetValue(Authority),
            ClientCertificate = result.GetValue(Certificate),
            ClientKey = result.GetValue(Key),
            TokenFile = result.GetValue(Token),
        };
        if (security.ClientCertificate is null != security.ClientKey is null)
        {
            throw new CliException(ExitCodes.Usage, "of --cert and --key one was given; they go together");
        }

        var endpoint = new MeshEndpoint(address) { Security = security };
        return endpoint is { IsName: true, IsEncrypted: false, Security.TokenFile: not null }
            ? throw new CliException(
                ExitCodes.Usage,
                $"the token is not sent to {address.OriginalString} without TLS, where others could read it; give --ca")
            : endpoint;
    }

    // What the environment says is for whichever endpoint can use it.
    private static Option? Stated(ParseResult result, params Option[] options) =>
        options.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });

    private static Option<string?> FileOption(string name, string variable, string description) => new(name)
    {
        Description = $"{description} Also {variable} in the environment.",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file ? file : null,
    };

    private static Uri? ParseAddress(ArgumentResult result) => ParseAddress(result, result.Tokens[0].Value);

    /// <summary>An address of --endpoint; null after a complaint.</summary>
    internal static Uri? ParseAddress(ArgumentResult result, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && MeshEndpoint.IsAddress(uri))
        {
            return uri;
        }

        result.AddError(
            $"--endpoint got '{text}'; expected a URL such as http://127.0.0.1:7070, "
            + "https://mesh.example:7070 or dns:///mesh.example:7070");
        return null;
    }
}
