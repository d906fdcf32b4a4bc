using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Credit.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// The progress of a bound and its search: a spinner and a bar on a terminal, a line each elsewhere, nothing without a
/// console.
/// </summary>
internal sealed class BoundProgress(IAnsiConsole? console)
{
    private const string Bounding = "bounding the difference on the box";

    /// <summary>Waits for the bound.</summary>
    public Task<T> BoundAsync<T>(Func<Task<T>> bound)
    {
        if (console is { Profile.Capabilities.Interactive: true } terminal)
        {
            return terminal.Status().StartAsync(Bounding, _ => bound());
        }

        console?.WriteLine(Bounding);
        return bound();
    }

    /// <summary>Shows how far the search is; returns what it found.</summary>
    public Task<SearchBoxResponse> SearchAsync(IAsyncEnumerable<SearchBoxResponse> reports)
    {
        if (console is { Profile.Capabilities.Interactive: true } terminal)
        {
            return ShowBarAsync(terminal, reports);
        }

        console?.WriteLine("searching the box for the largest difference");
        return RunProgress.LastAsync(reports, _ => { });
    }

    private static Task<SearchBoxResponse> ShowBarAsync(
        IAnsiConsole terminal, IAsyncEnumerable<SearchBoxResponse> reports) => terminal.Bars()
        .StartAsync(async context =>
        {
            var task = context.AddTask("searching");
            return await RunProgress.LastAsync(reports, report =>
            {
                task.Description = $"searching (largest {Numbers.Small(report.Largest)})";
                (task.MaxValue, task.Value) = (report.PointsTotal, report.PointsDone);
            });
        });
}
