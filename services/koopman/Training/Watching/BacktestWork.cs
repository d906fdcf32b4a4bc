using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>Predicts a run's newest snapshots, and its loss, from those before.</summary>
internal static class BacktestWork
{
    /// <summary>The backtest, or why there is none where one was asked for.</summary>
    public static (Backtest? Backtest, string? Failure) Run(
        TrainingRun run, TrainingJudge judge, ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        var (header, horizon) = (run.Manifest.Header, run.Manifest.Header.Backtest);
        if (horizon < 0 || judge.Newest is null)
        {
            return (null, null);
        }

        using var snapshots = run.ReadStretch();
        try
        {
            var found = ForecastBacktest.Run(
                snapshots, horizon, header.Forecast.ToNumerics("header.forecast"), algebra, cancellationToken);
            return (MessageOf(found, snapshots.Snapshots, algebra), null);
        }
        catch (Exception e) when (e is ArgumentException or NonFiniteDataException or NotConvergedException)
        {
            return (null, $"the newest {horizon} snapshots could not be predicted: "
                + $"{e.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static Backtest MessageOf(ForecastBacktest found, IReadOnlyList<Snapshot> snapshots, ILinearAlgebra algebra)
    {
        var backtest = new Backtest
        {
            Horizon = found.Horizon,
            FromStep = found.FromStep,
            ToStep = found.ToStep,
            ErrorToGrowth = found.ErrorToGrowth,
            Growth = { found.Growth },
            Error = { found.Error },
        };
        double[] losses = [.. snapshots.Select(snapshot => snapshot.Loss).OfType<double>()];
        if (losses.Length == snapshots.Count)
        {
            backtest.PredictedLoss.Add(ScalarForecast.Run(losses.AsSpan(..^found.Horizon), found.Horizon, algebra));
            backtest.ActualLoss.Add(losses.AsSpan(^found.Horizon..).ToArray());
        }

        return backtest;
    }
}
