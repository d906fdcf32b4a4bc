using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>
/// What a run's owner should know, drawn from what is written down of it and from nothing else: a run that broke off
/// and went on is judged as one that did not. Fed in the order of the snapshots: a snapshot, the windows that end with
/// it, the alarm, the jumps after it. Not thread-safe.
/// </summary>
internal sealed class TrainingJudge(TrainingRun run)
{
    // Each of a run's snapshots may give one, and a report has them all.
    private const int MostTold = 1000;

    private readonly WindowWarnings _windowWarnings = new(run);
    private readonly List<Mark> _marks = [];
    private readonly List<TrainingWarning> _warnings = [];
    private readonly List<WatchTrainingResponse> _untold = [];
    private StopRule? _rule;
    private StopVerdict _verdict;
    private bool _unstable;

    public IReadOnlyList<Mark> Marks => _marks;

    public IReadOnlyList<TrainingWarning> Warnings => _warnings;

    /// <summary>The newest window of the whole; null before.</summary>
    public TrainingWindow? Newest { get; private set; }

    /// <summary>What the windows say so far.</summary>
    public StopDecision? Decision { get; private set; }

    /// <summary>Everything that is written down of a run so far.</summary>
    public static TrainingJudge Replay(TrainingRun run)
    {
        var (judge, jumps) = (new TrainingJudge(run), run.Jumps.ToLookup(jump => jump.After));
        foreach (var snapshot in run.Snapshots(0, run.Ring.Count))
        {
            judge.Observe(snapshot);
            if (run.WindowsAt(snapshot.Index) is { } windows)
            {
                judge.Observe(windows);
            }

            if (run.Alarm is { } alarm && alarm.At == snapshot.Index)
            {
                judge.Observe(alarm);
            }

            foreach (var jump in jumps[snapshot.Index + 1])
            {
                judge.Observe(jump);
            }
        }

        return judge;
    }

    /// <summary>Marks and warnings since this was last called, as the stream tells them.</summary>
    public IReadOnlyList<WatchTrainingResponse> Drain()
    {
        WatchTrainingResponse[] told = [.. _untold];
        _untold.Clear();
        return told;
    }

    public void Observe(StoredSnapshot snapshot)
    {
        var (index, step) = (snapshot.Index, snapshot.Snapshot.Step);
        if (index == 0 && run.Manifest.Header.Alarm.NullTrainingIds.Count == 0)
        {
            Warn(
                "UNCALIBRATED_ALARM", step,
                "the alarm for a bad initialisation has no null runs to be calibrated on: how often it is raised for "
                + "nothing is not known");
        }

        if (index > 0 && snapshot.StretchStart == index && !run.JumpedAfter(index - 1))
        {
            Warn(
                "MISSING_STEPS", step,
                $"the snapshot of step {step} came after that of step {run.Snapshot(index - 1).Snapshot.Step}, but the "
                + $"stride is {run.Stride}: no window spans the break");
        }

        if (index == run.Ring.History)
        {
            Warn(
                "HISTORY_DROPPED", step,
                $"only the newest {run.Ring.History} snapshots are kept: forecasts, pruning and comparison see no "
                    + "others");
        }

        if (snapshot.StretchStart == index)
        {
            (_rule, _verdict) = (null, StopVerdict.Continue);
        }
    }

    public void Observe(WindowsEntry entry)
    {
        var last = run.Snapshot(entry.Last).Snapshot.Step;
        if (entry.Failure is { } failure)
        {
            Warn("WINDOW_FAILED", last, $"the window that ends with step {last} could not be analysed: {failure}");
            return;
        }

        var options = run.Manifest.Header.Window.ToNumerics();
        Newest = entry.Windows[0].ToNumerics(options, entry.FirstLoss, entry.LastLoss);
        foreach (var (reason, step, text) in _windowWarnings.Of(entry.Last, Newest))
        {
            Warn(reason, step, text);
        }

        _rule ??= new StopRule(run.Manifest.Header.Stop.ToNumerics(), FirstLoss(entry.Last));
        Decision = _rule.Observe(Newest);
        MarkChanges(last);
    }

    public void Observe(AlarmEntry entry)
    {
        var step = run.Snapshot(entry.At).Snapshot.Step;
        if (entry.Report is null)
        {
            Warn("ALARM_FAILED", step, entry.Text);
        }
        else if (entry.Report.Raised)
        {
            Mark(MarkKind.BadInitialisation, step, entry.Text);
        }
    }

    public void Observe(JumpEntry jump) => Mark(
        jump.Keep ? MarkKind.JumpKept : MarkKind.JumpRejected, run.Snapshot(jump.After - 1).Snapshot.Step,
        FormattableString.Invariant(
            $"proposal {jump.Proposal}, {jump.Horizon} snapshots ahead, was {(jump.Keep ? "kept" : "rejected")}: the ")
        + FormattableString.Invariant($"loss went from {jump.LossBefore:0.####e0} to {jump.LossAfter:0.####e0}"));

    /// <summary>Nothing more comes for now.</summary>
    /// <param name="backtestFailure">Why there is no backtest; null where there is one or none was asked for.</param>
    public void Close(string? backtestFailure)
    {
        if (run.Last?.Snapshot.Step is not { } step)
        {
            return;
        }

        if (Newest is null)
        {
            Warn(
                "TOO_FEW_SNAPSHOTS", step,
                $"{run.Ring.Count} snapshots came, expected {TrainingPlan.SpanOf(run.Manifest.Header.Window)} "
                + "without a break for a window");
        }

        if (backtestFailure is not null)
        {
            Warn("BACKTEST_FAILED", step, backtestFailure);
        }
    }

    // Each is told when it begins, not as long as it lasts.
    private void MarkChanges(long step)
    {
        if (Decision!.Verdict != _verdict && Decision.Verdict != StopVerdict.Continue)
        {
            Mark(Decision.Verdict == StopVerdict.Stop ? MarkKind.Stop : MarkKind.Plateau, step, Decision.Text);
        }

        if (Newest!.IsUnstable && !_unstable)
        {
            Mark(MarkKind.Instability, step, FormattableString.Invariant(
                $"an eigenvalue of modulus {Newest.Statistics.Instability:0.####} is trusted, beyond ")
                + FormattableString.Invariant($"{ConvergenceStatistics.UnstableBeyond} something runs away"));
        }

        (_verdict, _unstable) = (Decision.Verdict, Newest.IsUnstable);
    }

    // Of the kind that the window's losses are: LossSlope takes the validation loss where every snapshot has it.
    private double? FirstLoss(long last)
    {
        var window = run.Snapshots(last + 1 - TrainingPlan.SpanOf(run.Manifest.Header.Window), last + 1);
        var first = run.Snapshot(0).Snapshot;
        return window.All(snapshot => snapshot.Snapshot.ValidationLoss is not null) ? first.ValidationLoss : first.Loss;
    }

    private void Mark(MarkKind kind, long step, string text)
    {
        // However many jumps there were, there is room for the marks of what they led to.
        var told = _marks.Count(mark => IsOfJump(mark.Kind) == IsOfJump(kind));
        if (told < MostTold)
        {
            var more = told == MostTold - 1 ? "; further marks like it are left out" : "";
            var mark = new Mark { Kind = kind, Step = step, Text = text + more };
            _marks.Add(mark);
            _untold.Add(new WatchTrainingResponse { Mark = mark });
        }
    }

    private static bool IsOfJump(MarkKind kind) => kind is MarkKind.JumpKept or MarkKind.JumpRejected;

    private void Warn(string reason, long step, string text)
    {
        if (_warnings.Count >= MostTold)
        {
            return;
        }

        var more = _warnings.Count == MostTold - 1 ? "; further warnings of this run are left out" : "";
        var warning = new TrainingWarning { Reason = reason, Step = step, Text = text + more };
        _warnings.Add(warning);
        _untold.Add(new WatchTrainingResponse { Warning = warning });
    }
}
