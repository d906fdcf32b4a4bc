using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>One forecast: slabs side by side, then the large blocks one after the other.</summary>
internal sealed class ForecastRun(ITrajectory trajectory, ForecastTask task, BlockPlan plan, ILinearAlgebra la)
{
    private readonly int _snapshots = trajectory.Snapshots.Count;
    private readonly BlockForecaster _blocks = new(task, la);
    private readonly double[][] _weights = [.. task.Steps.Select(_ => new double[trajectory.Layout.Count])];
    private readonly Lock _gate = new();
    private readonly SortedList<long, ForecastTally> _tallies = [];
    private double _read;

    /// <summary>The weights of each horizon.</summary>
    public IReadOnlyList<double[]> Weights => _weights;

    public ForecastTally Run(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.ForEach(plan.Slabs().Where(slab => !plan.IsLarge(slab)), options, slab =>
        {
            Keep(slab, OfSlab(slab, cancellationToken));
            Report(slab.Rows * _snapshots, progress);
        });
        foreach (var slab in plan.Slabs().Where(plan.IsLarge))
        {
            var tally = new ForecastTally();
            tally.Add(new LargeBlock(trajectory, slab.Ranges, task, la).Run(
                _weights, numbers => Report(numbers / 2.0, progress), cancellationToken));
            Keep(slab, tally);
        }

        // In the order of the layout, so that sums don't depend on which slab was done first.
        var total = new ForecastTally();
        foreach (var tally in _tallies.Values)
        {
            total.Add(tally);
        }

        Check();
        return total;
    }

    private ForecastTally OfSlab(Slab slab, CancellationToken cancellationToken)
    {
        var tally = new ForecastTally();
        using var values = SlabValues.Read(trajectory, slab.Ranges);
        var predicted = new Matrix(values.Rows, task.Steps.Count);
        for (var h = 0; h < predicted.Columns; h++)
        {
            values.Column(_snapshots - 1).CopyTo(predicted.Column(h));
        }

        if (slab.Blocks.IsEmpty)
        {
            ScalarSlab.Run(values, task, predicted, tally);
        }

        foreach (var block in slab.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tally.Add(_blocks.Run(values, block, predicted));
        }

        for (var h = 0; h < predicted.Columns; h++)
        {
            var rest = predicted.Column(h);
            foreach (var range in slab.Ranges)
            {
                rest[..(int)range.Count].CopyTo(_weights[h].AsSpan((int)range.First));
                rest = rest[(int)range.Count..];
            }
        }

        return tally;
    }

    private void Keep(Slab slab, ForecastTally tally)
    {
        lock (_gate)
        {
            _tallies.Add(slab.Ranges[0].First, tally);
        }
    }

    private void Report(double numbers, IProgress<double>? progress)
    {
        lock (_gate)
        {
            _read += numbers;
            progress?.Report(Math.Min(1, _read / ((double)trajectory.Layout.Count * _snapshots)));
        }
    }

    private void Check()
    {
        for (var h = 0; h < _weights.Length; h++)
        {
            if (double.IsFinite(Guard.LargestMagnitude(_weights[h])))
            {
                continue;
            }

            var index = Array.FindIndex(_weights[h], value => !double.IsFinite(value));
            var tensor = trajectory.Layout.Tensors[trajectory.Layout.TensorAt(index)];
            throw new NonFiniteDataException(
                $"the prediction {task.Steps[h]} snapshots ahead, of the block of value "
                + $"{index - trajectory.Layout.Start(trajectory.Layout.TensorAt(index))} of {tensor.Name},",
                _weights[h][index]);
        }
    }
}
