using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>A run that has succeeded: what it found and who did what.</summary>
internal sealed record FinishedRun(string Id, RunStatus Status, Report Report, IReadOnlyList<WorkPiece> Work)
{
    /// <summary>Which work there was, whoever did it and however often.</summary>
    public string[] Pieces =>
        [.. Work.Select(static w => $"{w.Kind} {w.Component}/{w.Level}/{w.Index}").Order(StringComparer.Ordinal)];

    public string[] OwnersOf(string kind) =>
        [.. Work.Where(w => w.Kind == kind).Select(static w => w.Owner).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Runs a job; a run that does not succeed fails the test with what the processes said.</summary>
    public static async Task<FinishedRun> RunAsync(
        RunningMesh mesh, RunSpec spec, Func<string, Task>? disturb, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        var run = "";
        try
        {
            run = await mesh.Api.SubmitAsync(spec, Guid.NewGuid().ToString("N"), limit.Token);
            var disturbing = disturb?.Invoke(run) ?? Task.CompletedTask;
            var status = await mesh.Api.EndAsync(run, limit.Token);
            await disturbing;
            Assert.True(
                status.State == RunState.Succeeded,
                $"{run} {status.State}: {status.ErrorReason} {status.Error}\n{mesh.Said()}");
            return new FinishedRun(
                run, status, await mesh.Api.ReportAsync(run, limit.Token), await mesh.Api.WorkAsync(run, limit.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var state = await StateAsync(mesh, run, ct);
            Assert.Fail($"run '{run}' did not end within three minutes:\n{state}\n{mesh.Said()}");
            throw;
        }
    }

    /// <summary>As an undisturbed run of the same job: the same numbers, every row and piece of work once.</summary>
    public void IsAs(FinishedRun undisturbed, Job job, string what)
    {
        Assert.True(Pieces.SequenceEqual(undisturbed.Pieces), $"{what}: other work than in an undisturbed run");
        Assert.All(Work, w => Assert.Equal("done", w.State));
        Assert.Equal(job.Rows, Work.Where(static w => w.Kind == "shard").Sum(static w => w.Rows));
        Assert.Equal(job.Rows, Status.RowsCaptured);
        var differences = ReportNumbers.Differences(undisturbed.Report, Report);
        Assert.True(differences.Count == 0, $"{what}:\n{string.Join('\n', differences.Take(20))}");
    }

    private static async Task<string> StateAsync(RunningMesh mesh, string run, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var status = await mesh.Api.GetAsync(run, limit.Token);
            var work = await mesh.Api.WorkAsync(run, limit.Token);
            return $"{status}\n{string.Join('\n', work.Where(static w => w.State != "done"))}";
        }
        catch (OperationCanceledException)
        {
            return "its state can't be asked for";
        }
    }
}
