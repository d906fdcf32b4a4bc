using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>Real processes, real sockets, real PostgreSQL and Redis: the same numbers as one process alone.</summary>
public sealed class MainJobTests(SharedMesh shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MainJob_OnFiveReplicas_IsTheEmbeddedOneToTwelveDigits()
    {
        var job = Job.Promised();
        var mesh = await shared.ReadyAsync();
        var embedded = await job.EmbeddedAsync(Ct);

        var run = await FinishedRun.RunAsync(mesh, await job.UploadAsync(mesh.Api, Ct), disturb: null, Ct);

        Assert.Empty(ReportNumbers.Differences(embedded, run.Report));
        Assert.Equal(job.Rows, run.Status.RowsCaptured);
        Assert.Equal(8, run.Work.Count(w => w.Kind == "shard"));
        Assert.All(run.Work, w => Assert.Equal("done", w.State));
        Assert.Equal(2, run.OwnersOf("shard").Length);
        Assert.Equal(2, run.OwnersOf("fit").Length);
        Assert.Single(run.OwnersOf("score"));
    }

    [Fact]
    public async Task SmallJob_InTwelveShards_IsTheEmbeddedOne()
    {
        var embedded = await SharedMesh.Job.EmbeddedAsync(Ct);

        var run = await shared.UndisturbedAsync();

        Assert.Empty(ReportNumbers.Differences(embedded, run.Report));
        Assert.Equal(12, run.Work.Count(w => w.Kind == "shard"));
        Assert.Equal(8, run.Work.Count(w => w.Kind == "merge"));
    }
}
