using System.Globalization;
using Spectre.Console;

namespace KoopmanMesh.Cli.Up;

/// <summary>The processes of a mesh as a table that is kept up to date, on a terminal.</summary>
internal static class UpView
{
    private const double MiB = 1 << 20;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    /// <summary>Shows it until the token is cancelled; elsewhere than on a terminal it only waits for that.</summary>
    public static async Task ShowAsync(IAnsiConsole console, MeshSupervisor mesh, CancellationToken ct)
    {
        try
        {
            if (!console.Profile.Capabilities.Interactive)
            {
                await Task.Delay(Timeout.Infinite, ct);
            }

            await console.Live(Table(mesh)).StartAsync(async live =>
            {
                using var timer = new PeriodicTimer(_interval);
                while (await timer.WaitForNextTickAsync(ct))
                {
                    live.UpdateTarget(Table(mesh));
                }
            });
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static Table Table(MeshSupervisor mesh)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("process").AddColumn(new TableColumn("pid").RightAligned())
            .AddColumn(new TableColumn("port").RightAligned()).AddColumn(new TableColumn("memory").RightAligned())
            .AddColumn(new TableColumn("restarts").RightAligned());
        foreach (var child in mesh.Children)
        {
            var state = child.State;
            var port = Services.All.Contains(state.Role) ? state.GrpcPort : state.InternalPort;
            table.AddRow(
                child.Spec.Name,
                state.Pid > 0 ? Text(state.Pid) : "starting again",
                Text(port),
                state.Pid > 0 ? Memory(state.Pid) : "",
                state.Restarts > 0 ? Text(state.Restarts) : "");
        }

        return table;
    }

    private static string Memory(int process)
    {
        try
        {
            var resident = File.ReadLines($"/proc/{Text(process)}/statm").First().Split(' ')[1];
            var bytes = long.Parse(resident, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            return string.Create(CultureInfo.InvariantCulture, $"{bytes / MiB:0} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
