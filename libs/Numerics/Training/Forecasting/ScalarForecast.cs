using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// Where a loss will be: Hankel DMD of one series (methods A6), its values stacked newest first, with the constant, and
/// no mode growing beyond the clip.
/// </summary>
public static class ScalarForecast
{
    /// <summary>The default of stacked values: two oscillations on a trend.</summary>
    public const int DefaultDelays = 6;

    /// <summary>
    /// The <paramref name="steps"/> values after the last. O(T q min(T, q) + steps q) for T values and q delays.
    /// </summary>
    /// <param name="series">At least q + 2 values, finite.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="options">
    /// The partition does not matter; null is 6 delays, or as many as a third of the values.
    /// </param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <exception cref="NonFiniteDataException">
    /// A value is NaN or infinite, or without a clip the prediction is.
    /// </exception>
    public static double[] Run(
        ReadOnlySpan<double> series, int steps, ILinearAlgebra la, ForecastOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentNullException.ThrowIfNull(la);
        options ??= new ForecastOptions { Delays = Math.Clamp(series.Length / 3, 1, DefaultDelays) };
        var horizons = Enumerable.Range(1, steps).Select(step => (long)step).ToArray();
        var forecast = WeightForecast.Run(
            new MatrixTrajectory(new Matrix(1, series.Length, series.ToArray())),
            options with { Partition = new Partition.Full() }, horizons, la, null, CancellationToken.None);
        return [.. forecast.Weights.Select(value => value[0])];
    }
}
