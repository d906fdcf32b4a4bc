using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Dynamics.MnistForecast;

/// <summary>
/// Every so many snapshots of a trajectory, counted back from its last; each the mean of those since the one before, or
/// the last of them alone. Means are kept, the others read where they are.
/// </summary>
internal sealed class ThinnedTrajectory : ITrajectory
{
    private readonly ITrajectory _whole;
    private readonly int _stride;
    private readonly double[][]? _means;

    public ThinnedTrajectory(ITrajectory whole, int stride, bool isMean)
    {
        (_whole, _stride) = (whole, stride);
        Snapshots = [.. Enumerable.Range(0, whole.Snapshots.Count / stride).Select(i => whole.Snapshots[Last(i)])];
        _means = isMean ? [.. Enumerable.Range(0, Snapshots.Count).Select(Mean)] : null;
    }

    public ParameterLayout Layout => _whole.Layout;

    public IReadOnlyList<Snapshot> Snapshots { get; }

    public bool IsSingle => _whole.IsSingle;

    public void Read(int index, long first, Span<double> values)
    {
        if (_means is null)
        {
            _whole.Read(Last(index), first, values);
        }
        else
        {
            _means[index].AsSpan((int)first, values.Length).CopyTo(values);
        }
    }

    private int Last(int index) =>
        _whole.Snapshots.Count - 1 - (((_whole.Snapshots.Count / _stride) - 1 - index) * _stride);

    private double[] Mean(int index)
    {
        var (sum, values) = (new double[Layout.Count], new double[Layout.Count]);
        for (var i = 0; i < _stride; i++)
        {
            _whole.Read(Last(index) - i, 0, values);
            TensorPrimitives.MultiplyAdd(values, 1.0 / _stride, sum, sum);
        }

        return sum;
    }
}
