using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>Analyses the window of a run that ends with a snapshot, in what the run is observed by.</summary>
internal static class WindowWork
{
    public static WindowsEntry Analyze(
        TrainingRun run, long last, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        var first = last + 1 - TrainingPlan.SpanOf(run.Manifest.Header.Window);
        if (first < run.Ring.FirstWhole)
        {
            return Failed(last, "its snapshots are no longer kept");
        }

        using var window = run.Read(first, last + 1);
        try
        {
            return Observed(run.Manifest.Header, window, cancellationToken) is { } seen
                ? Analyze(run, last, seen, algebra, cancellationToken)
                : Failed(last, "no loss, validation loss or accuracy is known of every snapshot");
        }
        catch (Exception e) when (e is NotConvergedException or NonFiniteDataException)
        {
            return Failed(last, e.Message);
        }
    }

    private static WindowsEntry Analyze(
        TrainingRun run, long last, ITrajectory seen, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        var (options, stop) = (run.Manifest.Header.Window.ToNumerics(), run.Manifest.Header.Stop.ToNumerics());
        var whole = WindowAnalysis.Analyze(seen, options, algebra, layer: null, cancellationToken);
        List<Window> windows = [whole.ToMessage(whole.IsSettled(stop))];
        if (run.Manifest.Header.Observable == Observable.Layers)
        {
            foreach (var layer in seen.Layout.Layers)
            {
                var window = WindowAnalysis.Analyze(seen, options, algebra, layer.Name, cancellationToken);
                windows.Add(window.ToMessage(window.IsSettled(stop)));
            }
        }

        return new WindowsEntry(last, windows, whole.FirstLoss, whole.LastLoss, Failure: null);
    }

    private static ITrajectory? Observed(
        TrainingHeader header, SpooledTrajectory window, CancellationToken cancellationToken) =>
        header.Observable switch
        {
            Observable.Norms => Observables.TensorNorms(window, cancellationToken),
            Observable.Scalars => Observables.Scalars(window.Snapshots),
            _ => window,
        };

    private static WindowsEntry Failed(long last, string why) => new(last, [], FirstLoss: null, LastLoss: null, why);
}
