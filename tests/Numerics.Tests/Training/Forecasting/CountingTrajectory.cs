using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Tests.Training.Forecasting;

/// <summary>
/// Counts the numbers that are read, and the most that are read at once; may be cancelled by a reading.
/// </summary>
internal sealed class CountingTrajectory(ITrajectory inner, CancellationTokenSource? cancelled = null) : ITrajectory
{
    private long _read;

    public long Numbers => _read;

    public int Largest { get; private set; }

    public ParameterLayout Layout => inner.Layout;

    public IReadOnlyList<Snapshot> Snapshots => inner.Snapshots;

    public bool IsSingle => inner.IsSingle;

    public void Read(int index, long first, Span<double> values)
    {
        inner.Read(index, first, values);
        Interlocked.Add(ref _read, values.Length);
        Largest = Math.Max(Largest, values.Length);
        cancelled?.Cancel();
    }
}
