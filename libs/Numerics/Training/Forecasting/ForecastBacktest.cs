using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>How well the newest snapshots are predicted from those before them (methods P3.5).</summary>
/// <param name="Horizon">Snapshots predicted.</param>
/// <param name="FromStep">Of the last snapshot that was fitted.</param>
/// <param name="ToStep">Of the last snapshot, which is predicted.</param>
/// <param name="ErrorToGrowth">
/// median|e| / median|g|: below 1 beats standing still. 0 where neither moves, infinite where only the prediction does.
/// </param>
/// <param name="Growth">g, true less last known, of a sample of the values.</param>
/// <param name="Error">e, predicted less true, of the same.</param>
/// <param name="Summary">What the prediction was made of.</param>
public sealed record ForecastBacktest(
    int Horizon, long FromStep, long ToStep, double ErrorToGrowth,
    IReadOnlyList<double> Growth, IReadOnlyList<double> Error, ForecastSummary Summary)
{
    /// <summary>The most values in the sample.</summary>
    public const int MostSamples = 2000;

    private const int Seed = 1;

    /// <summary>
    /// Fits all but the last <paramref name="horizon"/> snapshots and predicts the last. As
    /// <see cref="WeightForecast.Run"/>, and O(p log p).
    /// </summary>
    /// <param name="trajectory">At least horizon + what a forecast needs.</param>
    /// <param name="horizon">At least 1.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <exception cref="ArgumentException">The snapshots are too few.</exception>
    public static ForecastBacktest Run(
        ITrajectory trajectory, int horizon, ForecastOptions options, ILinearAlgebra la,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        var known = trajectory.Snapshots.Count - horizon;
        if (known < 1)
        {
            throw new ArgumentException(
                $"a backtest over {horizon} snapshots leaves none of {trajectory.Snapshots.Count} to fit",
                nameof(trajectory));
        }

        var forecast = WeightForecast.Run(
            new TrajectoryRange(trajectory, 0, known), options, [horizon], la, null, cancellationToken);
        var error = forecast.Weights[0];
        var growth = new double[error.Length];
        var before = new double[error.Length];
        trajectory.Read(trajectory.Snapshots.Count - 1, 0, growth);
        trajectory.Read(known - 1, 0, before);
        for (var i = 0; i < error.Length; i++)
        {
            (error[i], growth[i]) = (error[i] - growth[i], growth[i] - before[i]);
        }

        var sample = Sample(error.Length);
        return new ForecastBacktest(
            horizon, trajectory.Snapshots[known - 1].Step, trajectory.Snapshots[^1].Step, Ratio(error, growth),
            [.. sample.Select(i => growth[i])], [.. sample.Select(i => error[i])], forecast.Summary);
    }

    private static double Ratio(double[] error, double[] growth)
    {
        var (missed, grown) = (MedianMagnitude(error), MedianMagnitude(growth));
        return missed == 0 ? 0 : missed / grown;
    }

    private static double MedianMagnitude(double[] values) =>
        Quantiles.At(Array.ConvertAll(values, Math.Abs), 0.5);

    /// <summary>Indices in ascending order, all of them where they are few.</summary>
    private static int[] Sample(int count)
    {
        if (count <= MostSamples)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var (random, drawn) = (new Random(Seed), new SortedSet<int>());
        while (drawn.Count < MostSamples)
        {
            drawn.Add(random.Next(count));
        }

        return [.. drawn];
    }
}
