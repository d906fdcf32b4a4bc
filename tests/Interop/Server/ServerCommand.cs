using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Interop.Server;

/// <summary><c>server</c>: grpc.testing.TestService until Ctrl-C.</summary>
internal static class ServerCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        Description = "The port; 0 picks a free one, which is printed.",
        HelpName = "N",
        Required = true,
    };

    private static readonly Option<string> Host = new("--host")
    {
        Description = "The IP address to listen on.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<string[]> Tls = new("--tls")
    {
        Description = "Serve over TLS with this certificate and private key, both PEM (default: HTTP/2 without TLS).",
        HelpName = "CERT KEY",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command = new Command("server", "Serve grpc.testing.TestService until Ctrl-C.") { Port, Host, Tls };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var host = result.GetRequiredValue(Host);
        if (!IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
        {
            await Console.Error.WriteLineAsync($"interop: --host is \"{host}\"; it must be an IP address.");
            return ExitCodes.Usage;
        }

        try
        {
            using var certificate = result.GetValue(Tls) is [var certificateFile, var keyFile]
                ? X509Certificate2.CreateFromPemFile(certificateFile, keyFile)
                : null;
            var options = new InteropServerOptions
            {
                Address = address,
                Port = result.GetRequiredValue(Port),
                Certificate = certificate,
            };
            await using var server = await InteropServer.StartAsync(options, LogWarnings, cancellationToken);
            await Console.Out.WriteLineAsync(
                $"serving grpc.testing.TestService on {new IPEndPoint(address, server.Port)}"
                + (certificate is null ? "" : " over TLS"));
            await server.RunUntilAsync(cancellationToken);
            return ExitCodes.Passed;
        }
        catch (Exception exception) when (exception is IOException or CryptographicException)
        {
            await Console.Error.WriteLineAsync($"interop: {exception.Message}");
            return ExitCodes.Failed;
        }
    }

    private static void LogWarnings(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
