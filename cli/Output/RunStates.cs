using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>States of runs as people write them.</summary>
internal static class RunStates
{
    private static readonly RunState[] _all =
        [RunState.Queued, RunState.Running, RunState.Succeeded, RunState.Failed, RunState.Cancelled];

    public static IEnumerable<string> Names => _all.Select(NameOf);

    public static string NameOf(RunState state) => state.ToString().ToLowerInvariant();

    public static RunState Parse(string name) => _all.First(state => NameOf(state) == name);

    public static bool HasEnded(RunState state) =>
        state is RunState.Succeeded or RunState.Failed or RunState.Cancelled;

    public static Style StyleOf(RunState state) => state switch
    {
        RunState.Succeeded => new Style(Color.Green),
        RunState.Failed => new Style(Color.Red),
        RunState.Running => new Style(Color.Blue),
        _ => new Style(Color.Grey),
    };

    /// <summary>How far a run is, 0 to 1: rows captured, components fitted and the audit are a third each.</summary>
    public static double Progress(RunStatus status)
    {
        if (status.State == RunState.Succeeded)
        {
            return 1;
        }

        return status.StepsTotal > 0
            ? Share(status.StepsDone, status.StepsTotal)
            : (Share(status.RowsCaptured, status.RowsTotal)
                + Share(status.ComponentsFitted, status.ComponentsTotal)
                + Share(status.InterventionsDone, status.InterventionsTotal)) / 3;
    }

    private static double Share(long done, long total) => total > 0 ? Math.Min(1, (double)done / total) : 0;
}
