using System.Globalization;
using KoopmanMesh.Bench.Measurements;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>Two runs at once on one replica each: what each gets of the rows while both want some.</summary>
internal static class FairnessBenchmark
{
    private const int Rounds = 3;
    private const int Rows = 480_000;
    private const int ShardRows = 10_000;
    private const int Windows = 10;
    private static readonly TimeSpan _headStart = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<string>> RunAsync(MeshJobs mesh, MnistJobs jobs)
    {
        var folder = Directory.CreateTempSubdirectory("koopmesh-bench-fairness-");
        var rows = Path.Combine(folder.FullName, "rows.npy");
        RandomNpy.Write(rows, Rows, PieceBenchmark.Inputs);
        var spec = await mesh.UploadAsync(jobs.Network(PieceBenchmark.Network), rows);
        folder.Delete(recursive: true);
        spec.Options.ShardRows = ShardRows;
        spec.Options.Bootstraps = -1;
        spec.Options.AuditRows = -1;
        List<string> lines =
        [
            "## Two runs at once",
            "",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Rows} rows of a network 50 wide in shards of {ShardRows} each, without bootstraps and audit, on one "
                + $"mesh; the second submitted with the first or {_headStart.TotalSeconds:0} s after it. Shares are of "
                + $"the rows captured while both were capturing; Jain's index is 1 when both get the same, 0.5 when "
                + $"one gets all, in the median of {Windows} windows of that time. A run that shares fairly takes at most "
                + $"twice as long as alone. Medians of {Rounds} rounds."),
            "",
            "| second starts | alone s | first s | second s | second's slow-down | first's share | Jain | in windows |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ];
        await mesh.RunAsync(spec);
        foreach (var delay in new[] { TimeSpan.Zero, _headStart })
        {
            var rounds = new List<Pair>();
            for (var round = 0; round < Rounds; round++)
            {
                var alone = await mesh.RunAsync(spec);
                rounds.Add(await PairAsync(mesh, spec, delay, alone.Seconds));
            }

            lines.Add(Row(delay, rounds));
        }

        lines.Add("");
        return lines;
    }

    private static async Task<Pair> PairAsync(MeshJobs mesh, RunSpec spec, TimeSpan delay, double alone)
    {
        var first = mesh.RunAsync(spec);
        await Task.Delay(delay);
        var second = await mesh.RunAsync(spec);
        return new Pair(alone, await first, second, delay.TotalSeconds);
    }

    private static string Row(TimeSpan delay, List<Pair> rounds)
    {
        double Of(Func<Pair, double> value) => ThroughputBenchmark.Median(rounds.Select(value));
        var when = delay == TimeSpan.Zero ? "at once" : $"after {delay.TotalSeconds:0} s";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {when} | {Of(r => r.Alone):0.00} | {Of(r => r.First.Seconds):0.00} | "
            + $"{Of(r => r.Second.Seconds):0.00} | {Of(r => r.Second.Seconds / r.Alone):0.00} | "
            + $"{100 * Of(r => r.FirstShare):0} % | {Of(r => r.Jain):0.00} | {Of(r => r.WindowedJain):0.00} |");
    }

    /// <summary>Two runs that overlapped; times of the second count from its own submission.</summary>
    private sealed record Pair(double Alone, MeshRun First, MeshRun Second, double Delay)
    {
        // From when both have captured something until one has captured all.
        private (double From, double To) Overlap => (
            Math.Max(Begin(First, 0), Begin(Second, Delay)), Math.Min(End(First, 0), End(Second, Delay)));

        public double FirstShare =>
            Shares(Overlap.From, Overlap.To) is var (a, b) && a + b > 0 ? a / (a + b) : double.NaN;

        public double Jain => JainOf(Shares(Overlap.From, Overlap.To));

        public double WindowedJain
        {
            get
            {
                var (from, to) = Overlap;
                var width = (to - from) / Windows;
                return ThroughputBenchmark.Median(Enumerable.Range(0, Windows).Select(
                    i => JainOf(Shares(from + (i * width), from + ((i + 1) * width)))));
            }
        }

        private (double First, double Second) Shares(double from, double to) => (
            RowsAt(First, to) - RowsAt(First, from),
            RowsAt(Second, to - Delay) - RowsAt(Second, from - Delay));

        private static double JainOf((double First, double Second) shares)
        {
            var (a, b) = shares;
            return a + b > 0 ? (a + b) * (a + b) / (2 * ((a * a) + (b * b))) : double.NaN;
        }

        private static double Begin(MeshRun run, double delay) => delay + run.Rows.First(point => point.Rows > 0).At;

        private static double End(MeshRun run, double delay) =>
            delay + run.Rows.First(point => point.Rows == run.Rows[^1].Rows).At;

        // Between two statuses the rows are taken to have come evenly.
        private static double RowsAt(MeshRun run, double at)
        {
            var after = run.Rows.ToList().FindIndex(point => point.At >= at);
            if (after <= 0)
            {
                return after == 0 ? 0 : run.Rows[^1].Rows;
            }

            var (before, next) = (run.Rows[after - 1], run.Rows[after]);
            return before.Rows + ((next.Rows - before.Rows) * (at - before.At) / (next.At - before.At));
        }
    }
}
