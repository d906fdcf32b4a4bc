using System.CommandLine;
using KoopmanMesh.Interop.Client;
using KoopmanMesh.Interop.Server;

namespace KoopmanMesh.Interop;

/// <summary>The command line as a whole.</summary>
internal static class InteropCommand
{
    private const string Description =
        """
        Both sides of gRPC's published interop test, on this project's gRPC: a server of grpc.testing.TestService that
        any official interop client can be pointed at, and a client that runs the published cases against any official
        interop server. docs/interop.md tells how, and which cases pass between which languages.

        Try:  server --port 10000
              client --port 10000 --case all
              client --host grpc.example.org --port 443 --tls ca.pem --case ping_pong
              client --port 10000 --case rpc_soak --soak-iterations 10000

        Exit codes: 0 every case passed, 1 a case failed or the server could not start, 2 usage.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var result = new RootCommand(Description) { ServerCommand.Create(), ClientCommand.Create() }.Parse(args);
        if (result.Errors.Count == 0)
        {
            return await result.InvokeAsync();
        }

        foreach (var error in result.Errors)
        {
            await Console.Error.WriteLineAsync($"interop: {error.Message}");
        }

        await Console.Error.WriteLineAsync("Try --help, 'server --help' or 'client --help'.");
        return ExitCodes.Usage;
    }
}
