using System.CommandLine;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh gc</c>: deletes what nothing needs any more from a folder that no mesh is using.</summary>
internal static class GcCommand
{
    private const string DefaultAge = "30d";

    public static Command Create()
    {
        var data = new Option<string?>("--data-dir")
        {
            Description = "The data folder of 'koopmesh serve', which must not run (default: the user's data folder).",
            HelpName = "DIR",
        };
        var age = new Option<TimeSpan>("--older-than")
        {
            Description =
                "Delete files not used for this long, and what runs hold that ended longer ago, e.g. 30d or 12h "
                + $"(default {DefaultAge}).",
            HelpName = "AGE",
            CustomParser = static result => AgeText.Parse(result.Tokens[0].Value, result.AddError),
            DefaultValueFactory = static _ => AgeText.Parse(DefaultAge, static _ => { }),
        };
        var dry = new Option<bool>("--dry-run") { Description = "Only say what would be deleted." };
        var command = new Command("gc", "Delete models, data and results that no recent run needs from a data folder.")
        {
            data, age, dry,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            await RunAsync(
                Terminal.Output, result.GetValue(data), result.GetValue(age), result.GetValue(dry), cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task RunAsync(
        IAnsiConsole console, string? folder, TimeSpan age, bool dryRun, CancellationToken cancellationToken)
    {
        await using var services = Services(folder);
        Require(services.GetRequiredService<IOptions<StateOptions>>().Value.Root);

        // Nobody else can use the folder meanwhile, so nothing needs to wait in the trash.
        var plan = new CollectionPlan(age, TimeSpan.Zero, dryRun);
        var done = await services.GetRequiredService<ArtifactSweep>().CollectAsync(plan, cancellationToken);
        var (verb, files) = (dryRun ? "Would delete" : "Deleted", done.Deleted == 1 ? "file" : "files");
        new TerminalText(console).WriteLine(
            ($"{verb} {done.Deleted} {files} of {Numbers.Count(done.DeletedBytes)} bytes; {done.Kept} stay.", null));
    }

    private static ServiceProvider Services(string? folder)
    {
        Dictionary<string, string?> settings = folder is null ? [] : new() { ["State:Root"] = folder };
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddState()
            .AddArtifactCollection()
            .BuildServiceProvider();
    }

    // Without the runs everything would look unwanted.
    private static void Require(string root)
    {
        if (!Directory.Exists(Path.Combine(root, "runs")) || File.Exists(Path.Combine(root, "mesh.json")))
        {
            throw new CliException(
                ExitCodes.BadInput,
                $"\"{root}\" is no data folder of 'koopmesh serve', which has runs/ in it; a mesh whose runs are in "
                + "PostgreSQL deletes by itself when State__ArtifactRetention says after how long");
        }
    }
}
