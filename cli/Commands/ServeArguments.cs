using System.CommandLine;
using KoopmanMesh.Cli.Mesh;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>serve</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class ServeArguments
{
    private const int DefaultPort = 7070;

    public Option<int> Port { get; } = new("--port")
    {
        Description = $"The gRPC port on 127.0.0.1 (default {DefaultPort}; 0 picks a free one).",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultPort,
    };

    public Option<string?> Listen { get; } = new("--listen")
    {
        Description =
            "Instead of --port: addresses and ports joined by commas, e.g. 0.0.0.0:7070 or [::1]:7070. What other "
            + "machines can reach needs --tls-cert.",
        HelpName = "ADDRESS:PORT",
    };

    public Option<string?> Data { get; } = new("--data-dir")
    {
        Description = "Where artifacts and the ledger are kept (default: the user's data folder).",
        HelpName = "DIR",
    };

    public Option<string?> Certificate { get; } = FileOption(
        "--tls-cert", "The host's certificate and its intermediates, a PEM file; read again when it changes.");

    public Option<string?> Key { get; } = FileOption("--tls-key", "The private key of --tls-cert, a PEM file.");

    public Option<string?> ClientAuthority { get; } = FileOption(
        "--client-ca", "Know clients by certificates of this authority, a PEM file.");

    public Option<string[]> ClientAllow { get; } = new("--client-allow")
    {
        Description =
            "Which of them: a DNS or URI name, a common name or a SHA-256 thumbprint; again for another; '*' for all.",
        HelpName = "NAME",
    };

    public Option<string?> Keys { get; } = FileOption(
        "--jwks", "Know clients by bearer tokens signed with these public keys, a JWKS file.");

    public Option<string?> Issuer { get; } = new("--issuer")
    {
        Description = "The issuer (iss) that tokens must have.",
        HelpName = "NAME",
    };

    public Option<string?> Audience { get; } = new("--audience")
    {
        Description = "The audience (aud) that tokens must be for.",
        HelpName = "NAME",
    };

    public Option<bool> AllowPlaintext { get; } = new("--allow-plaintext")
    {
        Description = "Listen beyond this machine without TLS, on a network that you trust.",
    };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            Port, Listen, Data, Certificate, Key, ClientAuthority, ClientAllow, Keys, Issuer, Audience, AllowPlaintext,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(Listen) is not null && result.GetResult(Port) is { Implicit: false })
            {
                result.AddError("--port and --listen were both given; --listen has the port in it");
            }
        });
    }

    public MeshHostOptions Bind(ParseResult result) => new()
    {
        Port = result.GetValue(Port),
        Listen = result.GetValue(Listen),
        DataDirectory = result.GetValue(Data),
        Settings = Settings(result),
        LogLevel = Microsoft.Extensions.Logging.LogLevel.Information,
    };

    private static Option<string?> FileOption(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };

    // Only what the command line states: the rest is left to the environment.
    private Dictionary<string, string?> Settings(ParseResult result)
    {
        (string Key, string? Value)[] stated =
        [
            ("Security:Tls:Certificate", result.GetValue(Certificate)),
            ("Security:Tls:Key", result.GetValue(Key)),
            ("Security:ClientCertificates:Authority", result.GetValue(ClientAuthority)),
            .. (result.GetValue(ClientAllow) ?? []).Select(
                (name, i) => ($"Security:ClientCertificates:Allow:{i}", (string?)name)),
            ("Security:Tokens:Keys", result.GetValue(Keys)),
            ("Security:Tokens:Issuer", result.GetValue(Issuer)),
            ("Security:Tokens:Audience", result.GetValue(Audience)),
            ("Security:AllowPlaintext", result.GetValue(AllowPlaintext) ? "true" : null),
        ];
        return stated.Where(static s => s.Value is not null).ToDictionary(static s => s.Key, static s => s.Value);
    }
}
