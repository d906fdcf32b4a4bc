using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// The progress of a replacement run: a bar a stage on a terminal, one line a stage elsewhere, nothing without a
/// console.
/// </summary>
internal sealed class ReplacementProgress(IAnsiConsole? console)
{
    private static readonly (string Stage, string Text, string Unit)[] _stages =
    [
        ("fit", "fitting stand-ins", "region"),
        ("plan", "evaluating candidates", "candidate"),
        ("export", "exporting and measuring", "hybrid"),
        ("bound", "bounding", "hybrid"),
    ];

    /// <summary>Shows every status and returns the last.</summary>
    public async Task<RunStatus> ShowAsync(IAsyncEnumerable<RunStatus> statuses) => console switch
    {
        null => await RunProgress.LastAsync(statuses, _ => { }),
        { Profile.Capabilities.Interactive: true } => await ShowBarsAsync(console, statuses),
        _ => await ShowLinesAsync(console, statuses),
    };

    private static async Task<RunStatus> ShowBarsAsync(IAnsiConsole console, IAsyncEnumerable<RunStatus> statuses)
    {
        var last = new RunStatus();
        await console.Bars().StartAsync(async context =>
        {
            var bars = Array.ConvertAll(_stages, stage => context.AddTask(stage.Text, autoStart: false));
            last = await RunProgress.LastAsync(statuses, status => Update(bars, status));
        });
        return last;
    }

    private static void Update(ProgressTask[] bars, RunStatus status)
    {
        var now = Array.FindIndex(_stages, stage => stage.Stage == status.Stage);
        for (var i = 0; i < bars.Length; i++)
        {
            if (i < now || status.Stage == "done")
            {
                bars[i].Value = bars[i].MaxValue;
                bars[i].StopTask();
            }
        }

        if (now >= 0)
        {
            var text = _stages[now].Text;
            bars[now].StartTask();
            bars[now].Description = $"{text} ({status.StepsDone:N0} of {Counted(now, status.StepsTotal)})";
            RunProgress.Set(bars[now], status.StepsDone, status.StepsTotal);
        }
    }

    private static async Task<RunStatus> ShowLinesAsync(IAnsiConsole console, IAsyncEnumerable<RunStatus> statuses)
    {
        var told = "";
        return await RunProgress.LastAsync(statuses, status =>
        {
            var now = Array.FindIndex(_stages, stage => stage.Stage == status.Stage);
            if (now >= 0 && status.Stage != told && status.StepsTotal > 0)
            {
                told = status.Stage;
                console.WriteLine($"{_stages[now].Text}: {Counted(now, status.StepsTotal)}");
            }
        });
    }

    private static string Counted(int stage, int count) =>
        count == 1 ? $"1 {_stages[stage].Unit}" : $"{count:N0} {_stages[stage].Unit}s";
}
