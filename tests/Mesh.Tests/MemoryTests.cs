using System.Globalization;
using System.Text;
using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>
/// A hundred runs, one after the other, leave every service as large as twenty did: <c>make mesh-memory</c>.
/// </summary>
public sealed class MemoryTests
{
    private const int WarmUp = 20;
    private const int Runs = 100;
    private const double MostGrowth = 0.05;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Memory_OfEveryService_IsFlatOverAHundredRuns()
    {
        await using var mesh = await RunningMesh.StartAsync(new MeshShape(), Ct);
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);
        Dictionary<string, List<double>> sizes = mesh.Processes.Values.Where(static p => !p.IsSidecar)
            .ToDictionary(static p => p.Name, static _ => new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            await FinishedRun.RunAsync(mesh, spec, disturb: null, Ct);
            foreach (var (name, samples) in sizes)
            {
                samples.Add(ResidentMiB(mesh.Processes[name].ProcessId));
            }
        }

        Write(sizes);
        Assert.All(mesh.Processes.Values, p => Assert.Equal(1, p.Lives));
        Assert.All(sizes, s => Assert.True(Growth(s.Value) < MostGrowth, $"{s.Key} grew by {Growth(s.Value):P1}"));
    }

    // Ten runs around each point: what a collector has just freed or not is not growth.
    private static double Growth(List<double> samples) =>
        (samples[^10..].Average() / samples[(WarmUp - 5)..(WarmUp + 5)].Average()) - 1;

    private static double ResidentMiB(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return double.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024;
    }

    private static void Write(Dictionary<string, List<double>> sizes)
    {
        if (Environment.GetEnvironmentVariable("MEMORY_RESULTS") is not { Length: > 0 } path)
        {
            return;
        }

        var text = new StringBuilder(
            $"""
            # Memory of the mesh's services over {Runs} runs

            `make mesh-memory`: two capture, two koopman, one credit in processes of their own, over PostgreSQL and
            Redis; {Runs} runs of the small job (3,000 rows, 12 shards, 4 components) one after the other. Resident set
            in MiB after the run of that number; the growth compares the means of ten runs around run {WarmUp} and of
            the last ten.

            | service | run 1 | run {WarmUp} | run 50 | run {Runs} | growth |
            |---|---|---|---|---|---|

            """);
        foreach (var (name, samples) in sizes)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {samples[0]:F1} | {samples[WarmUp - 1]:F1} | {samples[49]:F1} | {samples[^1]:F1} "
                + $"| {100 * Growth(samples):F1} % |");
        }

        File.WriteAllText(path, text.ToString());
    }
}
