using System.Globalization;
using System.Text;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>What happened in runs that were disturbed, for CHAOS_RESULTS, the file of <c>make chaos</c>.</summary>
internal sealed class ChaosLog(int runs, int seed, bool faults, TimeSpan undisturbed)
{
    private readonly List<(string What, TimeSpan Took, int Tried)> _runs = [];

    public void Add(string what, TimeSpan took, FinishedRun run) =>
        _runs.Add((what, took, run.Work.Sum(static w => Math.Max(0, w.Attempts - 1))));

    /// <summary>Writes the table; only what passed gets here.</summary>
    public void Write()
    {
        if (Environment.GetEnvironmentVariable("CHAOS_RESULTS") is not { Length: > 0 } path)
        {
            return;
        }

        var command = $"make chaos RUNS={runs} SEED={seed}{(faults ? " FAULTS=1" : "")}";
        var broker = faults
            ? " The sidecars lose a tenth of the events, double a tenth and hold back a third besides."
            : "";
        var text = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # {runs} runs, in each of which something dies

            `{command}`: two capture, two koopman, one credit and their sidecars in processes of their own, PostgreSQL and
            Redis; the small job (3,000 rows, 12 shards, 4 components), which takes {undisturbed.TotalSeconds:F1} s
            undisturbed. Once in each run, at a random moment, one of them is killed, stopped or restarted.{broker}
            All {_runs.Count} succeeded with the numbers of an undisturbed run to 1e-12, every row and piece of work
            counted once; no event was left pending, no file left behind.

            | what happened | runs | median s | longest s | pieces tried again |
            |---|---:|---:|---:|---:|

            """));
        foreach (var kind in _runs.GroupBy(static r => r.What).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            double[] seconds = [.. kind.Select(static r => r.Took.TotalSeconds).Order()];
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind.Key} | {seconds.Length} | {seconds[seconds.Length / 2]:F1} | {seconds[^1]:F1} "
                + $"| {kind.Sum(static r => r.Tried)} |");
        }

        File.WriteAllText(path, text.ToString());
    }
}
