using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The run that a command is about.</summary>
internal static class RunIdArgument
{
    private const string Last = "last";

    public static Argument<string> Create() => new("ID")
    {
        Description = $"The run's id, as koopmesh runs lists it; or '{Last}'.",
    };

    /// <summary>The run's id.</summary>
    public static async Task<string> ResolveAsync(MeshClient client, string id, CancellationToken cancellationToken)
    {
        if (id != Last)
        {
            return id;
        }

        var newest = await client.RunsAsync(new ListRunsRequest { PageSize = 1 }, cancellationToken);
        return newest.Runs.Count > 0
            ? newest.Runs[0].Status.RunId
            : throw new CliException(ExitCodes.BadInput, "there is no run yet");
    }
}
