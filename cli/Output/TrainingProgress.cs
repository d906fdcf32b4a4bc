using System.Diagnostics;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Training.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// The progress of a training run that is streamed, and of what is asked of it then: a bar and a spinner on a terminal;
/// elsewhere a line when two seconds have gone; nothing without a console.
/// </summary>
internal sealed class TrainingProgress(IAnsiConsole? console)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Shows how many snapshots were sent and what came back; returns the report.</summary>
    public Task<TrainingReport> ShowAsync(
        int total, Func<Action<int>, Action<WatchTrainingResponse>, Task<TrainingReport>> watch) => console switch
        {
            null => watch(_ => { }, _ => { }),
            { Profile.Capabilities.Interactive: true } => ShowBarAsync(console, total, watch),
            _ => ShowLinesAsync(console, total, watch),
        };

    /// <summary>Waits for a call.</summary>
    public Task<T> WaitAsync<T>(string what, Func<Task<T>> call) =>
        console is { Profile.Capabilities.Interactive: true } terminal
            ? terminal.Status().StartAsync(what, _ => call())
            : call();

    private static async Task<TrainingReport> ShowBarAsync(
        IAnsiConsole bars, int total, Func<Action<int>, Action<WatchTrainingResponse>, Task<TrainingReport>> watch) =>
        await bars.Bars().StartAsync(async context =>
        {
            var (task, windows) = (context.AddTask("streaming", maxValue: Math.Max(total, 1)), 0);
            return await watch(
                sent =>
                {
                    task.Value = sent;
                    task.IsIndeterminate = sent == total;
                    Describe();
                },
                told =>
                {
                    windows += told.PartCase == WatchTrainingResponse.PartOneofCase.Window ? 1 : 0;
                    Describe();
                });

            void Describe() => task.Description = $"{(task.Value >= total ? "analysing" : "streaming")} "
                + $"({Numbers.Count((long)task.Value)} snapshots, {Numbers.Count(windows)} windows)";
        });

    private static async Task<TrainingReport> ShowLinesAsync(
        IAnsiConsole lines, int total, Func<Action<int>, Action<WatchTrainingResponse>, Task<TrainingReport>> watch)
    {
        var (clock, isTold) = (Stopwatch.StartNew(), false);
        return await watch(
            sent =>
            {
                if (!isTold && sent < total && clock.Elapsed > Patience)
                {
                    isTold = true;
                    lines.WriteLine($"streaming {Numbers.Count(total)} snapshots");
                }
            },
            _ => { });
    }
}
