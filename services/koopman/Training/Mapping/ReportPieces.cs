using Google.Protobuf;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>A run's report in messages that merge to it, each far below what a message may take.</summary>
internal static class ReportPieces
{
    private const int MostBytes = 512 << 10;

    /// <summary>The first piece has what occurs once; a short run has no other.</summary>
    public static IEnumerable<TrainingReport> Of(
        TrainingRun run, TrainingJudge judge, string verdict, Backtest? backtest)
    {
        var piece = Head(run, judge, verdict, backtest);
        var bytes = piece.CalculateSize();
        foreach (var (message, add) in Repeated(run, judge))
        {
            var size = message.CalculateSize();
            if (bytes + size > MostBytes)
            {
                yield return piece;
                (piece, bytes) = (new TrainingReport(), 0);
            }

            add(piece);
            bytes += size;
        }

        yield return piece;
    }

    private static TrainingReport Head(TrainingRun run, TrainingJudge judge, string verdict, Backtest? backtest)
    {
        var header = run.Manifest.Header;
        var report = new TrainingReport
        {
            TrainingId = run.Manifest.TrainingId,
            Parameters = run.Layout.Count,
            Snapshots = run.Ring.Count,
            Stride = run.Stride ?? 0,
            Observable = header.Observable,
            WindowOptions = header.Window,
            StopOptions = header.Stop,
            Alarm = run.Alarm?.Report ?? new AlarmReport(),
            Backtest = backtest,
            Jumps = run.ToJumpReport(),
            Verdict = verdict,
        };
        if (run.Last is { } last)
        {
            (report.FirstStep, report.LastStep) = (run.Snapshot(0).Snapshot.Step, last.Snapshot.Step);
        }

        return report;
    }

    private static IEnumerable<(IMessage Message, Action<TrainingReport> Add)> Repeated(
        TrainingRun run, TrainingJudge judge)
    {
        foreach (var tensor in run.Manifest.Header.Tensors)
        {
            yield return (tensor, piece => piece.Tensors.Add(tensor));
        }

        foreach (var snapshot in run.Snapshots(0, run.Ring.Count))
        {
            var record = snapshot.Snapshot.ToRecord();
            yield return (record, piece => piece.Records.Add(record));
            foreach (var window in run.WindowsAt(snapshot.Index)?.Windows ?? [])
            {
                yield return (window, piece => piece.Windows.Add(window));
            }
        }

        foreach (var mark in judge.Marks)
        {
            yield return (mark, piece => piece.Marks.Add(mark));
        }

        foreach (var warning in judge.Warnings)
        {
            yield return (warning, piece => piece.Warnings.Add(warning));
        }
    }
}
