using System.CommandLine;

namespace KoopmanMesh.Interop.Client;

/// <summary><c>client</c>: runs cases against a server. Flags know their published spelling.</summary>
internal static class ClientCommand
{
    private static readonly Option<string> Host = new("--host", "--server_host")
    {
        Description = "The server.",
        HelpName = "HOST",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> Port = new("--port", "--server_port")
    {
        Description = "Its port.",
        HelpName = "N",
        Required = true,
    };

    private static readonly Option<string> Case = new("--case", "--test_case")
    {
        Description = "The case to run, or 'all': " + string.Join(", ", InteropCases.Names) + ".",
        HelpName = "NAME",
        Required = true,
    };

    private static readonly Option<string?> Tls = new("--tls")
    {
        Description = "Call over TLS and trust only the authorities of this PEM file (default: HTTP/2 without TLS).",
        HelpName = "CA",
    };

    private static readonly Option<string?> HostOverride = new("--host-override", "--server_host_override")
    {
        Description = "The name to ask for in TLS and :authority (default: the host).",
        HelpName = "HOST",
    };

    private static readonly Option<bool> NoProbe = new("--no-compression-probe")
    {
        Description = "Leave out the probe of the client_compressed cases, for servers that can't tell whether a "
            + "request was compressed, such as Node's.",
    };

    public static Command Create()
    {
        // A name that is no case is a usage error; the list stays out of the usage line.
        Case.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>();
            if (name != "all" && !InteropCases.Names.Contains(name))
            {
                result.AddError($"There is no case '{name}'; --help lists them.");
            }
        });
        var command = new Command("client", "Run cases against a server; one line each.")
        {
            Host, Port, Case, Tls, HostOverride, NoProbe,
        };
        foreach (var option in SoakFlags.All)
        {
            command.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var options = new InteropClientOptions
        {
            Host = result.GetRequiredValue(Host),
            Port = result.GetRequiredValue(Port),
            CertificateAuthority = result.GetValue(Tls),
            HostOverride = result.GetValue(HostOverride),
            ProbesCompression = !result.GetValue(NoProbe),
            Soak = SoakFlags.Read(result),
        };
        if (options.CertificateAuthority is { } file && !File.Exists(file))
        {
            await Console.Error.WriteLineAsync($"interop: --tls names \"{file}\", which is not there.");
            return ExitCodes.Usage;
        }

        var name = result.GetRequiredValue(Case);
        var exitCode = ExitCodes.Passed;
        foreach (var one in name == "all" ? InteropCases.Names : [name])
        {
            var outcome = await InteropRunner.RunAsync(one, options, cancellationToken);
            await Console.Out.WriteLineAsync(outcome.ToString());
            exitCode = outcome.Passed ? exitCode : ExitCodes.Failed;
        }

        return exitCode;
    }
}
