using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh serve</c>: the three services in one process until Ctrl-C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var arguments = new ServeArguments();
        var command = new Command(
            "serve",
            """
            The three services in one process, on one gRPC port, until Ctrl-C. By default only this machine can reach
            it, without TLS. Beyond it there must be TLS, and clients should be known: by certificates, by bearer
            tokens, or by both. More settings (policies by service, limits): docs/security.md.

            Try:  koopmesh serve
                  koopmesh serve --listen 0.0.0.0:7070 --tls-cert host.pem --tls-key host.key
                      --client-ca clients.pem --client-allow lab.example.org
                  koopmesh serve --listen 0.0.0.0:7070 --tls-cert host.pem --tls-key host.key
                      --jwks keys.json --issuer https://login.example.org --audience koopmanmesh
            then  koopmesh analyze model.onnx --data rows.npy --endpoint https://mesh.example.org:7070
                      --ca authority.pem --token-file token
            """);
        arguments.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var host = await MeshHost.StartAsync(arguments.Bind(result), cancellationToken);
            Terminal.Output.MarkupLineInterpolated(
                $"Serving capture, koopman and credit at [link]{host.Address}[/] until Ctrl-C.");
            await host.RunUntilAsync(cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }
}
