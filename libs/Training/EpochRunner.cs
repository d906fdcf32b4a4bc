using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>One training run's memory: the order of the rows, the passes and the optimizers.</summary>
internal sealed class EpochRunner<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TrainingOptions _options;
    private readonly BatchPasses<T> _passes;
    private readonly ParameterSteps<T> _steps;
    private readonly RandomState _random;
    private readonly int[] _order;
    private readonly int _batch;

    internal EpochRunner(ILinearAlgebra algebra, DenseNetwork<T> network, TrainingSet<T> data, TrainingOptions options)
    {
        _options = options;
        _batch = Math.Min(options.BatchSize, data.Rows);
        _passes = new BatchPasses<T>(algebra, network, data, _batch);
        _steps = new ParameterSteps<T>(network, options.Optimizer);
        _random = new RandomState(options.Seed);
        _order = [.. Enumerable.Range(0, data.Rows)];
    }

    /// <summary>Steps through all rows in a new order; returns their mean loss.</summary>
    internal double Run(double rate, CancellationToken cancellationToken)
    {
        _random.Shuffle(_order);
        var total = 0.0;
        for (var start = 0; start < _order.Length; start += _batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = _order.AsMemory(start, Math.Min(_batch, _order.Length - start));
            total += rows.Length * _passes.Run(_options.Loss, rows);
            _steps.Step(_passes.Gradients(rows.Length), rate);
        }

        return total / _order.Length;
    }
}
