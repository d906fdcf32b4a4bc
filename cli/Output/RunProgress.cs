using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// A run's progress: bars for rows, fits and interventions on a terminal, one line a stage elsewhere, nothing without a
/// console.
/// </summary>
internal sealed class RunProgress(IAnsiConsole? console)
{
    /// <summary>Shows every status and returns the last.</summary>
    public async Task<RunStatus> ShowAsync(IAsyncEnumerable<RunStatus> statuses) => console switch
    {
        null => await LastAsync(statuses, _ => { }),
        { Profile.Capabilities.Interactive: true } => await ShowBarsAsync(console, statuses),
        _ => await ShowLinesAsync(console, statuses),
    };

    private static async Task<RunStatus> ShowBarsAsync(IAnsiConsole console, IAsyncEnumerable<RunStatus> statuses)
    {
        var last = new RunStatus();
        await console.Bars().StartAsync(async context =>
        {
            var rows = context.AddTask("rows captured");
            var fits = context.AddTask("components fitted");
            var interventions = context.AddTask("interventions");
            last = await LastAsync(statuses, status =>
            {
                rows.Description = status.RowsPerSecond > 0
                    ? $"rows captured ({status.RowsCaptured:N0}, {status.RowsPerSecond:N0}/s)"
                    : $"rows captured ({status.RowsCaptured:N0})";
                fits.Description = $"components fitted ({status.ComponentsFitted} of {status.ComponentsTotal})";
                interventions.Description =
                    $"interventions ({status.InterventionsDone} of {status.InterventionsTotal})";
                Set(rows, status.RowsCaptured, status.RowsTotal);
                Set(fits, status.ComponentsFitted, status.ComponentsTotal);
                Set(interventions, status.InterventionsDone, status.InterventionsTotal);
            });
        });
        return last;
    }

    private static async Task<RunStatus> ShowLinesAsync(IAnsiConsole console, IAsyncEnumerable<RunStatus> statuses)
    {
        var stage = "";
        return await LastAsync(statuses, status =>
        {
            if (status.Stage == stage)
            {
                return;
            }

            stage = status.Stage;
            console.WriteLine(stage switch
            {
                "capture" => $"capturing {status.RowsTotal:N0} rows of {status.ComponentsTotal} components",
                "fit" => $"fitting {status.ComponentsTotal} components",
                "credit" => "scoring",
                "audit" => $"auditing with {status.InterventionsTotal} interventions",
                _ => stage,
            });
        });
    }

    internal static async Task<T> LastAsync<T>(IAsyncEnumerable<T> statuses, Action<T> show)
        where T : new()
    {
        var last = new T();
        await foreach (var status in statuses)
        {
            last = status;
            show(status);
        }

        return last;
    }

    internal static void Set(ProgressTask task, long done, long total)
    {
        task.MaxValue = Math.Max(total, 1);
        task.Value = done;
    }
}
