namespace KoopmanMesh.Capture.Interventions;

/// <summary>Mean and standard deviation of each unit at one cut, over the audit's rows.</summary>
internal sealed class CutStatistics(int width)
{
    private readonly double[] _mean = new double[width];
    private readonly double[] _squares = new double[width];
    private long _count;

    public int Width => width;

    public float Mean(int unit) => (float)_mean[unit];

    /// <summary>Mean over the rows of the squared distance from the mean row.</summary>
    public double Spread => _count == 0 ? 0 : _squares.Sum() / _count;

    public float Deviation(int unit) => _count == 0 ? 0 : (float)Math.Sqrt(_squares[unit] / _count);

    /// <summary>Folds rows in (Welford's update: stable whatever the mean).</summary>
    public void Add(ReadOnlySpan<float> rows)
    {
        for (var start = 0; start < rows.Length; start += width)
        {
            _count++;
            for (var unit = 0; unit < width; unit++)
            {
                var value = (double)rows[start + unit];
                var step = value - _mean[unit];
                _mean[unit] += step / _count;
                _squares[unit] += step * (value - _mean[unit]);
            }
        }
    }
}
