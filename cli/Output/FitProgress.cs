using System.Diagnostics;
using KoopmanMesh.Cli.Reporting;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// A fit's progress: a bar on a terminal; elsewhere, a line for each stage that begins when two seconds have gone;
/// nothing without a console.
/// </summary>
internal sealed class FitProgress(IAnsiConsole? console, long total)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs a fit that tells how many snapshots it sent each time.</summary>
    public Task<T> ShowAsync<T>(Func<Action<long>, Task<T>> fit) => console switch
    {
        null => fit(_ => { }),
        { Profile.Capabilities.Interactive: true } => ShowBarAsync(console, fit),
        _ => ShowLinesAsync(console, fit),
    };

    private async Task<T> ShowBarAsync<T>(IAnsiConsole bars, Func<Action<long>, Task<T>> fit) => await bars.Bars()
        .StartAsync(async context =>
        {
            var task = context.AddTask("streaming", maxValue: Math.Max(total, 1));
            return await fit(rows =>
            {
                task.Increment(rows);
                var fitting = task.Value >= total;
                task.Description = fitting ? "fitting" : $"streaming ({Numbers.Count((long)task.Value)} snapshots)";
                task.IsIndeterminate = fitting;
            });
        });

    private async Task<T> ShowLinesAsync<T>(IAnsiConsole lines, Func<Action<long>, Task<T>> fit)
    {
        var (watch, sent, told) = (Stopwatch.StartNew(), 0L, false);
        return await fit(rows =>
        {
            sent += rows;
            if (sent < total && !told && watch.Elapsed > Patience)
            {
                told = true;
                lines.WriteLine($"streaming {Numbers.Count(total)} snapshots");
            }

            if (sent == total && told)
            {
                lines.WriteLine("fitting");
            }
        });
    }
}
