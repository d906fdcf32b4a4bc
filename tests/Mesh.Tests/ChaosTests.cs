using System.Diagnostics;
using System.Globalization;
using KoopmanMesh.Mesh.Tests.Harness;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>
/// In each run something dies: any process, at any moment. A few runs here; <c>make chaos</c> does a hundred, with RUNS
/// and SEED any other number, and with FAULTS=1 over a broker that loses, doubles and shuffles events besides.
/// </summary>
public sealed class ChaosTests(SharedMesh shared)
{
    private const int DefaultRuns = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_InEachSomethingDies_FindTheSameAndLeaveNothing()
    {
        var (runs, seed) = (Setting("RUNS", DefaultRuns), Setting("SEED", 1));
        var random = new Random(seed);
        var undisturbed = await shared.UndisturbedAsync();
        await using var faulty = Setting("FAULTS", 0) > 0
            ? await RunningMesh.StartAsync(new MeshShape { Sidecars = BrokerFaults.Settings }, Ct)
            : null;
        var mesh = faulty ?? await shared.ReadyAsync();
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);
        var length = await MeasureAsync(mesh, spec);
        var log = new ChaosLog(runs, seed, faulty is not null, length);
        for (var i = 0; i < runs; i++)
        {
            var (disturbance, moment) = (Disturbance.Draw(random, mesh), random.NextDouble() * length);
            var what = string.Create(
                CultureInfo.InvariantCulture,
                $"run {i + 1} of {runs} (seed {seed}), {disturbance.Name} after {moment.TotalSeconds:F2} s");
            TestContext.Current.SendDiagnosticMessage(what);

            var clock = Stopwatch.StartNew();
            var run = await FinishedRun.RunAsync(mesh, spec, _ => HappenAsync(), Ct);

            run.IsAs(undisturbed, SharedMesh.Job, what);
            log.Add(disturbance.Name, clock.Elapsed, run);

            async Task HappenAsync()
            {
                await Task.Delay(moment, Ct);
                await disturbance.Happen(Ct);
            }
        }

        await LeftOvers.AssertNoPendingEventsAsync(mesh, Ct);
        await LeftOvers.AssertNoFilesAsync(mesh, SharedMesh.Job, Ct);
        if (faulty is not null)
        {
            BrokerFaults.AssertMade(faulty);
        }

        log.Write();
    }

    // How long a run takes when nothing happens: the moments are drawn within it.
    private static async Task<TimeSpan> MeasureAsync(RunningMesh mesh, RunSpec spec)
    {
        var clock = Stopwatch.StartNew();
        await FinishedRun.RunAsync(mesh, spec, disturb: null, Ct);
        return clock.Elapsed;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(System.Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
