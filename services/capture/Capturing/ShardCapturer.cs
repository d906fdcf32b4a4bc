using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Numerics.Alignment;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// Captures one shard: one forward pass with probes at every cut, each component's snapshot pairs streamed to the
/// koopman service while the network runs, then the self-iterated trajectories. Memory does not grow with the rows.
/// </summary>
internal sealed class ShardCapturer(
    FitService.FitServiceClient fits,
    TrajectorySender trajectories,
    ILinearAlgebra algebra,
    IOptions<CaptureOptions> options,
    TimeProvider time)
{
    public async Task<CapturedShard> CaptureAsync(
        Workspace workspace, ShardPlanned shard, WorkAttempt attempt, CancellationToken cancellationToken)
    {
        using var activity = CaptureTelemetry.Source.StartActivity("capture.shard");
        activity?.SetTag(CaptureTelemetry.RunTag, shard.RunId);
        activity?.SetTag(CaptureTelemetry.ShardTag, shard.Shard);
        activity?.SetTag(CaptureTelemetry.RowsTag, shard.Rows);
        var started = time.GetTimestamp();

        using var network = new ProbedNetwork(workspace.Chain);
        var parity = new ParityProof(network, shard.Shard == 0 ? workspace.Options.ParityRows : 0);
        var projector = new CutProjector(workspace.Cuts, algebra);
        var sampler = new StartSampler(workspace.Cuts, workspace.Data.Rows, workspace.Options);
        var accuracy = workspace.Labels is { } labels ? new AccuracyCounter(labels) : null;
        var senders = new List<PairSender>();
        StreamSnapshotPairsResponse[] stored;
        try
        {
            foreach (var component in workspace.Chain.Components)
            {
                senders.Add(await OpenAsync(workspace, shard, component, cancellationToken));
            }

            using var feed = workspace.OpenFeed(shard.FirstRow, shard.Rows, workspace.BatchRows);
            while (feed.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                parity.Check(feed.Rows, feed.Count, cancellationToken);
                var batch = network.Capture(feed.Rows, feed.Count, cancellationToken);
                var snapshots = projector.Project(batch, feed.FirstRow);
                accuracy?.Add(batch.Output.Span, feed.FirstRow, feed.Count);
                await SendAsync(senders, sampler, snapshots, feed, cancellationToken);
                CaptureTelemetry.Rows.Add(feed.Count);
                attempt.Add(feed.Count);
            }

            stored = await Task.WhenAll(senders.Select(sender => sender.CompleteAsync()));
        }
        finally
        {
            senders.ForEach(sender => sender.Dispose());
        }

        var bytes = senders.Sum(sender => sender.Bytes);
        CaptureTelemetry.Bytes.Add(bytes);
        activity?.SetTag(CaptureTelemetry.BytesTag, bytes);
        var traced = await trajectories.SendAsync(workspace, shard, sampler, cancellationToken);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        CaptureTelemetry.ShardDuration.Record(seconds);
        var summary = new ShardSummary(
            shard.Rows, accuracy?.Correct, parity.Rows, parity.Difference, parity.Bitwise, parity.ReplayDifferences,
            projector.EnergyLost, bytes, seconds);
        return new CapturedShard(summary, [.. stored.Zip(traced, ToComponent)]);
    }

    private static ShardComponent ToComponent(StreamSnapshotPairsResponse pairs, string? trajectories) => new(
        pairs.AccumulatorDigest, pairs.AlignmentDigest is { Length: > 0 } alignment ? alignment : null, trajectories);

    private async Task<PairSender> OpenAsync(
        Workspace workspace, ShardPlanned shard, Component component, CancellationToken cancellationToken)
    {
        var (before, after) = (workspace.Cuts[component.Index], workspace.Cuts[component.Index + 1]);
        var header = new PairsHeader
        {
            Key = new ComponentKey { RunId = shard.RunId, Component = component.Index, Shard = shard.Shard },
            BeforeWidth = before.Width,
            AfterWidth = after.Width,
            FirstRow = shard.FirstRow,
            TotalRows = workspace.Data.Rows,
            Options = workspace.Options,
        };
        var minimal = workspace.Options.Alignment == Alignment.Minimal && before.Compression is null
            && component.Dense is { } dense
            ? MinimalAlignment.Of(dense.Weights, MinimalAlignment.DefaultRule, algebra).Layer.ToMatrix()
            : null;
        return await PairSender.OpenAsync(fits, header, minimal, options.Value.ChunkBytes, cancellationToken);
    }

    /// <summary>
    /// Every component's pairs of one batch, side by side: a slow fold of one must not hold the others' streams.
    /// </summary>
    private static Task SendAsync(
        List<PairSender> senders, StartSampler sampler, ReadOnlyMemory<float>[] snapshots, RowFeed feed,
        CancellationToken cancellationToken)
    {
        var sends = new Task[senders.Count];
        for (var i = 0; i < sends.Length; i++)
        {
            sampler.Take(i, feed.FirstRow, snapshots[i].Span);
            sends[i] = senders[i].SendAsync(snapshots[i], snapshots[i + 1], feed.Count, cancellationToken);
        }

        return Task.WhenAll(sends);
    }
}
