using System.Threading.Channels;
using Grpc.Core;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>
/// Analyses what a stream stores, in order, and is the only one to write its answers: what a snapshot led to comes
/// after it and before what the next one leads to.
/// </summary>
internal sealed class WatchAnalysis(
    TrainingRun run, TrainingGate gate, ILinearAlgebra algebra, IServerStreamWriter<WatchTrainingResponse> responses)
{
    public TrainingJudge Judge { get; } = new(run);

    /// <summary>
    /// What was stored before this stream began: judged again, and analysed where that was left undone.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var jumps = run.Jumps.ToLookup(jump => jump.After);
        for (var index = 0L; index < run.Ring.Count; index++)
        {
            await AdvanceAsync(index, isNew: false, cancellationToken);
            foreach (var jump in jumps[index + 1])
            {
                Judge.Observe(jump);
            }
        }

        Judge.Drain();
    }

    public async Task RunAsync(ChannelReader<WatchItem> items, JumpDesk jumps, CancellationToken cancellationToken)
    {
        await foreach (var item in items.ReadAllAsync(cancellationToken))
        {
            switch (item)
            {
                case StoredItem stored:
                    using (stored.Hold)
                    {
                        await TellStoredAsync(stored.Index, cancellationToken);
                        await AdvanceAsync(stored.Index, isNew: true, cancellationToken);
                    }

                    break;
                case AskItem ask:
                    await jumps.AnswerAsync(ask.Request, Judge, cancellationToken);
                    await TellAsync(Judge.Drain(), cancellationToken);
                    ask.Answered.SetResult();
                    break;
            }
        }
    }

    // In the order that TrainingJudge is fed in. What is written down already is neither computed nor told again.
    private async Task AdvanceAsync(long index, bool isNew, CancellationToken cancellationToken)
    {
        var snapshot = run.Snapshot(index);
        Judge.Observe(snapshot);
        await TellOrDropAsync(isNew, cancellationToken);
        if (WindowPlan.EndsAt(run, snapshot))
        {
            var isDone = run.WindowsAt(index) is not null;
            var windows = run.WindowsAt(index) ?? await WindowsAsync(index, cancellationToken);
            Judge.Observe(windows);
            await TellOrDropAsync(!isDone, cancellationToken);
        }

        if (WindowPlan.IsJudgedAt(run, index))
        {
            var isDone = run.Alarm is not null;
            Judge.Observe(run.Alarm ?? await AlarmAsync(index, cancellationToken));
            await TellOrDropAsync(!isDone, cancellationToken);
        }
    }

    private async Task<WindowsEntry> WindowsAsync(long index, CancellationToken cancellationToken)
    {
        var windows = await gate.RunAsync(
            () => WindowWork.Analyze(run, index, algebra, cancellationToken), cancellationToken);
        run.Append(new JournalEntry { Windows = windows });
        await TellAsync(windows.Windows.Select(w => new WatchTrainingResponse { Window = w }), cancellationToken);
        return windows;
    }

    private async Task<AlarmEntry> AlarmAsync(long index, CancellationToken cancellationToken)
    {
        var alarm = await gate.RunAsync(
            () => AlarmWork.Judge(run, index, algebra, cancellationToken), cancellationToken);
        run.Append(new JournalEntry { Alarm = alarm });
        return alarm;
    }

    private Task TellOrDropAsync(bool tell, CancellationToken cancellationToken) =>
        Judge.Drain() is { Count: > 0 } told && tell ? TellAsync(told, cancellationToken) : Task.CompletedTask;

    private Task TellStoredAsync(long index, CancellationToken cancellationToken) => responses.WriteAsync(
        new WatchTrainingResponse
        {
            Stored = new SnapshotStored { Step = run.Snapshot(index).Snapshot.Step, Snapshots = index + 1 },
        },
        cancellationToken);

    private async Task TellAsync(IEnumerable<WatchTrainingResponse> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            await responses.WriteAsync(message, cancellationToken);
        }
    }
}
