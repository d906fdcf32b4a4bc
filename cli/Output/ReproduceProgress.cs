using KoopmanMesh.Experiments.Running;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// A reproduction's progress: a bar for the stage of the seed that runs on a terminal; elsewhere a line a stage.
/// </summary>
internal sealed class ReproduceProgress(IAnsiConsole console, int seeds)
{
    /// <summary>Runs what reports.</summary>
    public T Show<T>(Func<IProgress<SeedProgress>, T> run) => console.Profile.Capabilities.Interactive
        ? ShowBar(run)
        : run(new Reporter(ByStage(console.WriteLine)));

    private T ShowBar<T>(Func<IProgress<SeedProgress>, T> run) => console.Bars()
        .Start(context =>
        {
            var task = context.AddTask("starting", maxValue: 1);
            return run(new Reporter(value =>
            {
                task.Description = Text(value);
                task.Value = value.Fraction;
            }));
        });

    private Action<SeedProgress> ByStage(Action<string> tell)
    {
        var last = "";
        return value =>
        {
            if (Text(value) is var text && text != last)
            {
                last = text;
                tell(text);
            }
        };
    }

    private string Text(SeedProgress value) => $"seed {value.Seed} of {seeds}: {value.Stage}";

    // Progress<T> would post to another thread, out of order.
    private sealed class Reporter(Action<SeedProgress> report) : IProgress<SeedProgress>
    {
        public void Report(SeedProgress value) => report(value);
    }
}
