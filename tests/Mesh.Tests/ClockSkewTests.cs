using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>Replicas whose clocks are hours apart: leases go by the database's.</summary>
public sealed class ClockSkewTests(SharedMesh shared)
{
    // Of Debian's package faketime.
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_OnReplicasWhoseClocksAreHoursApart_FindTheSame_AlsoWhenOneDies()
    {
        Assert.SkipUnless(File.Exists(FakeTime), "faketime is not installed (on Debian: apt-get install faketime)");
        var undisturbed = await shared.UndisturbedAsync();
        await using var mesh = await RunningMesh.StartAsync(new MeshShape { Replica = ClockOf }, Ct);
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);

        foreach (var victim in new[] { "capture-0", "koopman-1" })
        {
            var kill = Disturbance.Kill(mesh.Processes[victim]);
            var run = await FinishedRun.RunAsync(mesh, spec, _ => kill.Happen(Ct), Ct);
            run.IsAs(undisturbed, SharedMesh.Job, $"clocks hours apart, {victim} killed");
        }
    }

    private static Dictionary<string, string> ClockOf(string replica) => replica switch
    {
        "capture-1" => Skewed("+1h"),
        "koopman-0" => Skewed("-1h"),
        _ => [],
    };

    private static Dictionary<string, string> Skewed(string by) => new()
    {
        ["LD_PRELOAD"] = FakeTime,
        ["FAKETIME"] = by,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };
}
