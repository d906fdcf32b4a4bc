using System.CommandLine;
using KoopmanMesh.Cli.Mesh;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of the commands that show runs: of which mesh, and how.</summary>
internal sealed class InspectArguments
{
    private readonly EndpointArguments _endpoint = new();

    public Option<string?> Data { get; } = new("--data-dir")
    {
        Description =
            "Instead of --endpoint: the folder of a koopmesh serve that has stopped (default: the user's data folder).",
        HelpName = "DIR",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "JSON on standard output instead of a table." };

    public Option<bool> Watch { get; } = new("--watch") { Description = "Go on showing it as it changes." };

    public void AddTo(Command command, bool watch)
    {
        command.Options.Add(Json);
        if (watch)
        {
            command.Options.Add(Watch);
        }

        command.Options.Add(Data);
        _endpoint.AddTo(command);
    }

    /// <summary>The mesh that the command line names.</summary>
    public async Task<MeshConnection> OpenAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (endpoint, folder) = (_endpoint.Bind(result), result.GetValue(Data));
        if (endpoint is not null)
        {
            return folder is null
                ? await MeshConnection.OpenAsync(endpoint, cancellationToken)
                : throw new CliException(
                    ExitCodes.Usage, "--endpoint and --data-dir were both given; one has the runs");
        }

        return folder is null || Directory.Exists(folder)
            ? await MeshConnection.OpenToReadAsync(folder, cancellationToken)
            : throw new CliException(ExitCodes.BadInput, $"there is no folder '{folder}'");
    }
}
