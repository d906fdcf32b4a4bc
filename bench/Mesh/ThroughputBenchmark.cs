using System.Globalization;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>
/// Rows a second of the mesh, one replica of each service with PostgreSQL, Redis and sidecars, against the embedded
/// mode, all services in one process: the same jobs, alternating.
/// </summary>
internal static class ThroughputBenchmark
{
    private const int WarmUps = 2;
    private const int Rounds = 7;

    private static readonly string[] _kinds = ["shard", "merge", "fit", "score"];

    public static async Task<IReadOnlyList<string>> RunAsync(MeshJobs embedded, MeshJobs mesh, MnistJobs jobs)
    {
        List<string> lines =
        [
            "## The mesh against the embedded mode",
            "",
            "`koopmesh up` with one replica each, every process on its own, PostgreSQL, Redis and the sidecars' "
            + $"double; against `koopmesh serve`. Medians of {Rounds} alternating rounds after {WarmUps} that are not "
            + "counted; the ratio is the median of the rounds' own. Target: 80 % of the rows a second.",
            "",
            "| job | embedded s | mesh s | embedded rows/s | mesh rows/s | of embedded |",
            "|---|---:|---:|---:|---:|---:|",
        ];
        var details = new List<string>();
        foreach (var (name, rows, file) in MnistJobs.All)
        {
            var (one, other) = (await jobs.UploadAsync(embedded, file), await jobs.UploadAsync(mesh, file));
            var (alone, meshed) = await AlternateAsync(name, (embedded, one), (mesh, other));
            lines.Add(Row(name, rows, alone, meshed));
            details.AddRange(Details(name, alone, meshed));
        }

        return
        [
            .. lines, "", "### Where the time goes", "",
            "Median seconds: `stage` is what the client saw a run spend there, the other kinds are pieces of work from "
            + "claim to end, `waited` from ready to claim, of the longest in a run.",
            "",
            "| job | what | embedded s | mesh s | difference s |", "|---|---|---:|---:|---:|", .. details, "",
        ];
    }

    private static async Task<(List<MeshRun> One, List<MeshRun> Other)> AlternateAsync(
        string name, (MeshJobs Jobs, RunSpec Spec) one, (MeshJobs Jobs, RunSpec Spec) other)
    {
        var (first, second) = (new List<MeshRun>(), new List<MeshRun>());
        for (var round = -WarmUps; round < Rounds; round++)
        {
            MeshRun a, b;
            if (round % 2 == 0)
            {
                a = await one.Jobs.RunAsync(one.Spec);
                b = await other.Jobs.RunAsync(other.Spec);
            }
            else
            {
                b = await other.Jobs.RunAsync(other.Spec);
                a = await one.Jobs.RunAsync(one.Spec);
            }

            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, round {round + 1}: embedded {a.Seconds:0.00} s, mesh {b.Seconds:0.00} s"));
            if (round >= 0)
            {
                first.Add(a);
                second.Add(b);
            }
        }

        return (first, second);
    }

    private static string Row(string name, long rows, List<MeshRun> alone, List<MeshRun> meshed)
    {
        var (a, b) = (Median(alone.Select(r => r.Seconds)), Median(meshed.Select(r => r.Seconds)));
        var ratio = Median(alone.Zip(meshed, (x, y) => x.Seconds / y.Seconds));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {a:0.000} | {b:0.000} | {rows / a:0} | {rows / b:0} | {100 * ratio:0} % |");
    }

    private static IEnumerable<string> Details(string name, List<MeshRun> alone, List<MeshRun> meshed)
    {
        foreach (var stage in alone.Concat(meshed).SelectMany(r => r.Stages.Keys).Distinct())
        {
            yield return Detail(name, $"stage {stage}", alone, meshed, r => r.Stages.GetValueOrDefault(stage));
        }

        foreach (var kind in _kinds.Where(kind => alone[0].Work.Any(piece => piece.Kind == kind)))
        {
            yield return Detail(name, kind, alone, meshed, r => r.Longest(kind));
            yield return Detail(
                name, $"{kind}, waited", alone, meshed,
                r => r.Work.Where(piece => piece.Kind == kind).Max(piece => piece.WaitedSeconds));
        }
    }

    private static string Detail(
        string name, string what, List<MeshRun> alone, List<MeshRun> meshed, Func<MeshRun, double> seconds)
    {
        var (a, b) = (Median(alone.Select(seconds)), Median(meshed.Select(seconds)));
        return string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {what} | {a:0.000} | {b:0.000} | {b - a:0.000} |");
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
