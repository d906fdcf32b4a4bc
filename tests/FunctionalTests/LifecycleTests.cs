using Grpc.Core;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary>Submit, watch, get, cancel.</summary>
public sealed class LifecycleTests(MeshFixture mesh)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_SameIdempotencyKey_IsTheSameRun()
    {
        var request = new SubmitRunRequest { Spec = await SmallSpecAsync(), IdempotencyKey = "same-run" };

        var first = await mesh.Runs.SubmitRunAsync(request, cancellationToken: Token);
        var second = await mesh.Runs.SubmitRunAsync(request, cancellationToken: Token);

        Assert.Equal(first.Status.RunId, second.Status.RunId);
    }

    [Fact]
    public async Task Submit_SameKeyForAnotherSpec_IsAConflict()
    {
        var request = new SubmitRunRequest { Spec = await SmallSpecAsync(), IdempotencyKey = "other-spec" };
        await mesh.Runs.SubmitRunAsync(request, cancellationToken: Token);
        request.Spec.Options.Seed = 5;

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await mesh.Runs.SubmitRunAsync(request, cancellationToken: Token));

        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Contains("other-spec", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_RunThatSucceeds_EndsWithItsSuccess()
    {
        var statuses = new List<RunStatus>();
        var run = await mesh.Client.SubmitAsync(await SmallSpecAsync(), Token);

        await foreach (var status in mesh.Client.WatchAsync(run.RunId, Token))
        {
            statuses.Add(status);
        }

        Assert.Equal(RunState.Succeeded, statuses[^1].State);
        Assert.Equal(statuses[^1].RowsTotal, statuses[^1].RowsCaptured);
        Assert.Equal(statuses[^1].ComponentsTotal, statuses[^1].ComponentsFitted);
        Assert.Equal(statuses.Count - 1, statuses.FindIndex(status => status.State == RunState.Succeeded));
    }

    [Theory]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx", 0, "capture")]
    [InlineData("marabou/cnn_max_mninst2.onnx", 600, "fit")]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx", 5000, "audit")]
    public async Task Cancel_RunUnderWay_StopsTheWorkWithinASecondAndServicesGoOn(string model, int rows, string stage)
    {
        using var spans = new SpanLog();
        var network = SharedData.Network(model);
        var spec = await mesh.SpecAsync(network, SharedData.TrainImages, scale: 1.0 / 255, limit: rows);
        spec.Options.Bootstraps = -1;
        var run = await mesh.Client.SubmitAsync(spec, Token);
        await UntilAsync(run.RunId, status => status.Stage == stage && status.RowsCaptured > 0);
        var early = await Assert.ThrowsAsync<RpcException>(() => mesh.Client.ReportAsync(run.RunId, Token));

        // Time of the processors: nothing else runs in this process, whatever does in others.
        var before = System.Environment.CpuUsage.TotalTime;
        await mesh.Client.CancelAsync(run.RunId, Token);
        var ended = await UntilAsync(run.RunId, status => status.State is not (RunState.Queued or RunState.Running));
        await IdleAsync(spans, run.TraceId);
        var took = System.Environment.CpuUsage.TotalTime - before;

        Assert.Equal(StatusCode.FailedPrecondition, early.StatusCode);
        Assert.Equal(RunState.Cancelled, ended.State);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(System.Environment.ProcessorCount));
        Assert.Equal(RunState.Succeeded, (await mesh.RunAsync(await SmallSpecAsync())).State);
        Assert.Equal(RunState.Cancelled, (await UntilAsync(run.RunId, _ => true)).State);
    }

    [Fact]
    public async Task Cancel_RunThatHasEnded_ChangesNothing()
    {
        var ended = await mesh.RunAsync(await SmallSpecAsync());

        await mesh.Client.CancelAsync(ended.RunId, Token);

        Assert.Equal(RunState.Succeeded, (await UntilAsync(ended.RunId, _ => true)).State);
    }

    [Fact]
    public async Task Get_RunNobodySubmitted_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await mesh.Runs.GetRunAsync(new GetRunRequest { RunId = "nobody" }, cancellationToken: Token));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Contains("nobody", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Estimate_BeforeRunning_SaysRowsBytesAndSeconds()
    {
        var estimate = await mesh.Client.EstimateAsync(await SmallSpecAsync(), Token);

        Assert.Equal(200, estimate.Rows);
        Assert.Equal(2, estimate.Components);
        Assert.True(estimate.SnapshotBytes > 0);
        Assert.True(estimate.AccumulatorBytes > 0);
    }

    private async Task<RunStatus> UntilAsync(string runId, Predicate<RunStatus> enough)
    {
        await foreach (var status in mesh.Client.WatchAsync(runId, Token))
        {
            if (enough(status))
            {
                return status;
            }
        }

        throw new InvalidOperationException($"the watch of run {runId} ended before what was waited for");
    }

    /// <summary>Until no span of the trace is open: the work itself has stopped, not only the run's state.</summary>
    private static async Task IdleAsync(SpanLog spans, string traceId)
    {
        Assert.NotEmpty(spans.OfTrace(traceId));
        while (spans.OfTrace(traceId).Any(span => !span.IsStopped))
        {
            await Task.Delay(5, Token);
        }
    }

    private async Task<RunSpec> SmallSpecAsync()
    {
        var spec = await mesh.SpecAsync(
            mesh.Write("small.onnx", Samples.Network(Samples.Dense(4, 3, 1), Samples.Dense(2, 4, 2))),
            mesh.Write("small.npy", Samples.Npy(Samples.Normal(600, 3), 3)));
        (spec.Options.Bootstraps, spec.Options.AuditRows) = (-1, -1);
        return spec;
    }
}
