using System.Threading.Channels;
using Grpc.Core;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>
/// Watches one stream: one loop reads snapshots to the disk, one analyses and answers, a bounded queue between them.
/// What was stored before a stream broke off stays.
/// </summary>
internal sealed class TrainingWatch(
    TrainingStore store, TrainingGate gate, AlarmCalibration calibration, ILinearAlgebra algebra, TimeProvider time,
    IOptions<TrainingServiceOptions> options)
{
    // Of snapshots the analysis may lag behind; the ring's spare slots bound it further.
    private const int QueueLength = 64;

    public async Task WatchAsync(
        IAsyncStreamReader<WatchTrainingRequest> stream, IServerStreamWriter<WatchTrainingResponse> responses,
        CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.training.watch");
        var header = await HeaderAsync(stream, cancellationToken);
        using var lease = header.Resume ? Resume(header) : await BeginAsync(header, cancellationToken);
        activity?.SetTag(KoopmanTelemetry.RunTag, lease.Run.Manifest.TrainingId);
        await responses.WriteAsync(new WatchTrainingResponse { Started = StartedOf(lease.Run) }, cancellationToken);
        var analysis = new WatchAnalysis(lease.Run, gate, algebra, responses);
        await analysis.CatchUpAsync(cancellationToken);
        await RunAsync(stream, responses, lease.Run, analysis, cancellationToken);
        await EndAsync(responses, lease.Run, analysis.Judge, cancellationToken);
    }

    // The first loop to fail ends the other: the analysis what was stored before, then the call.
    private async Task RunAsync(
        IAsyncStreamReader<WatchTrainingRequest> stream, IServerStreamWriter<WatchTrainingResponse> responses,
        TrainingRun run, WatchAnalysis analysis, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var items = Channel.CreateBounded<WatchItem>(
            new BoundedChannelOptions(QueueLength) { SingleReader = true, SingleWriter = true });
        var jumps = new JumpDesk(run, gate, algebra, time, responses);
        var reading = ReadAsync(stream, run, items.Writer, both.Token);
        try
        {
            await analysis.RunAsync(items.Reader, jumps, both.Token);
        }
        catch
        {
            await both.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        finally
        {
            while (items.Reader.TryRead(out var left))
            {
                (left as StoredItem)?.Hold?.Dispose();
            }
        }

        await reading;
    }

    private async Task ReadAsync(
        IAsyncStreamReader<WatchTrainingRequest> stream, TrainingRun run, ChannelWriter<WatchItem> items,
        CancellationToken cancellationToken)
    {
        try
        {
            await new WatchIntake(run, store, items).ReadAsync(stream, cancellationToken);
        }
        finally
        {
            items.Complete();
        }
    }

    private async Task EndAsync(
        IServerStreamWriter<WatchTrainingResponse> responses, TrainingRun run, TrainingJudge judge,
        CancellationToken cancellationToken)
    {
        var (backtest, failure) = await gate.RunAsync(
            () => BacktestWork.Run(run, judge, algebra, cancellationToken), cancellationToken);
        judge.Close(failure);
        var verdict = Verdicts.Of(run, judge);
        run.Append(new JournalEntry { End = new EndEntry(run.Ring.Count, verdict, backtest, failure) });
        run.Flush();
        foreach (var told in judge.Drain())
        {
            await responses.WriteAsync(told, cancellationToken);
        }

        foreach (var report in ReportPieces.Of(run, judge, verdict, backtest))
        {
            await responses.WriteAsync(new WatchTrainingResponse { Report = report }, cancellationToken);
        }
    }

    private static async Task<TrainingHeader> HeaderAsync(
        IAsyncStreamReader<WatchTrainingRequest> stream, CancellationToken cancellationToken) =>
        await stream.MoveNext(cancellationToken)
        && stream.Current.PartCase == WatchTrainingRequest.PartOneofCase.Header
            ? stream.Current.Header
            : throw new InvalidRequestException(
                "WATCH_HEADER_MISSING", "a stream of training starts with a header message, got none", "header");

    private async Task<TrainingLease> BeginAsync(TrainingHeader sent, CancellationToken cancellationToken)
    {
        var header = TrainingPlan.Resolve(sent, options.Value);
        header.TrainingId = sent.TrainingId.Length == 0
            ? TrainingIds.New(time)
            : TrainingIds.Require(sent.TrainingId, "header.training_id");
        return store.Create(new TrainingManifest
        {
            TrainingId = header.TrainingId,
            Created = time.GetUtcNow(),
            Header = header,
            Slots = (int)header.History + TrainingPlan.SpareSlots,
            NullRuns = await calibration.NullRunsAsync(header, cancellationToken),
        });
    }

    private TrainingLease Resume(TrainingHeader sent)
    {
        LayoutMapping.Require(sent.Tensors, options.Value.MaxParameters);
        var lease = store.Resume(TrainingIds.Require(sent.TrainingId, "header.training_id"));
        var (run, known) = (lease.Run, lease.Run.Manifest.Header);
        var difference = sent.Tensors.ToLayout().DifferenceFrom(run.Layout)
            ?? (sent.ElementType == known.ElementType
                ? null
                : $"the values are {sent.ElementType}, expected {known.ElementType}");
        if (difference is null)
        {
            return lease;
        }

        lease.Dispose();
        throw new InvalidRequestException(
            "LAYOUT_CHANGED",
            $"training '{sent.TrainingId}' can't go on with snapshots of another shape: {difference}",
            "header.tensors");
    }

    private static TrainingStarted StartedOf(TrainingRun run)
    {
        var header = run.Manifest.Header;
        var started = new TrainingStarted
        {
            TrainingId = run.Manifest.TrainingId,
            Snapshots = run.Ring.Count,
            Window = header.Window,
            Stop = header.Stop,
            Jump = header.Jump,
            Forecast = header.Forecast,
        };
        if (run.Last is { } last)
        {
            started.LastStep = last.Snapshot.Step;
        }

        return started;
    }
}
