using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// A reproduction's progress: a bar for what is going on, on a terminal; elsewhere a line whenever that changes.
/// </summary>
internal sealed class ReproduceProgress(IAnsiConsole console)
{
    /// <summary>Runs what reports.</summary>
    public T Show<T>(Func<IProgress<(double, string)>, T> run) => console.Profile.Capabilities.Interactive
        ? ShowBar(run)
        : run(new Reporter(ByStage(console.WriteLine)));

    private T ShowBar<T>(Func<IProgress<(double, string)>, T> run) => console.Bars()
        .Start(context =>
        {
            var task = context.AddTask("starting", maxValue: 1);
            return run(new Reporter(value =>
            {
                task.Description = value.Text.EscapeMarkup();
                task.Value = value.Fraction;
            }));
        });

    private static Action<(double Fraction, string Text)> ByStage(Action<string> tell)
    {
        var last = "";
        return value =>
        {
            if (value.Text != last)
            {
                last = value.Text;
                tell(last);
            }
        };
    }

    // Progress<T> would post to another thread, out of order.
    private sealed class Reporter(Action<(double Fraction, string Text)> report) : IProgress<(double, string)>
    {
        public void Report((double, string) value) => report(value);
    }
}
