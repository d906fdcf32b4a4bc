using System.Diagnostics;
using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training.Losses;

namespace KoopmanMesh.Training;

/// <summary>One training run's memory: the order of the rows, the passes and the optimizers.</summary>
internal sealed class EpochRunner<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly DenseNetwork<T> _network;
    private readonly int _epochs;
    private readonly Loss _loss;
    private readonly BatchPasses<T> _passes;
    private readonly ParameterSteps<T> _steps;
    private readonly RandomState _random;
    private readonly int[] _order;
    private readonly int _batch;
    private long _step;
    private long _since;

    internal EpochRunner(ILinearAlgebra algebra, DenseNetwork<T> network, TrainingSet<T> data, TrainingOptions options)
    {
        (_network, _epochs, _batch) = (network, options.Epochs, Math.Min(options.BatchSize, data.Rows));
        _passes = new BatchPasses<T>(algebra, network, data, _batch);
        _steps = new ParameterSteps<T>(network, options.Optimizer, options.Mask);
        _random = new RandomState(options.Seed);
        _order = [.. Enumerable.Range(0, data.Rows)];
        _loss = options.Loss.Start(data, () =>
        {
            var outputs = new T[checked(data.Rows * network.Widths[^1])];
            network.Predict(algebra, data.Values, outputs);
            return outputs;
        });
    }

    /// <summary>Told before the first step and after every step.</summary>
    internal ITrainingObserver<T>? Observer { get; init; }

    /// <summary>Whether the observer wants no further step.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>Shows the observer where the run starts.</summary>
    internal void Begin(double rate) =>
        Show(new TrainingMoment<T> { Network = _network, Step = 0, Epoch = 0, LearningRate = rate });

    /// <summary>Steps through all rows in a new order; returns the mean loss of those it came to.</summary>
    internal double Run(int epoch, double rate, CancellationToken cancellationToken)
    {
        _random.Shuffle(_order);
        _passes.Progress = (epoch - 1.0) / _epochs;
        var total = 0.0;
        var seen = 0;
        while (seen < _order.Length && !IsStopped)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = _order.AsMemory(seen, Math.Min(_batch, _order.Length - seen));
            var loss = _passes.Run(_loss, rows);
            total += rows.Length * loss;
            seen += rows.Length;
            _steps.Step(_passes.Gradients(rows.Length), rate);
            _step++;
            if (Observer is not null)
            {
                Show(Moment(epoch, rate, loss, seen == _order.Length ? total / seen : null));
            }
        }

        return total / seen;
    }

    private TrainingMoment<T> Moment(int epoch, double rate, double loss, double? epochLoss) => new()
    {
        Network = _network,
        Step = _step,
        Epoch = epoch,
        LearningRate = rate,
        BatchLoss = double.IsFinite(loss) ? loss : throw new TrainingDivergedException(epoch, loss),
        EpochLoss = epochLoss,
        Seconds = Stopwatch.GetElapsedTime(_since).TotalSeconds,
    };

    private void Show(in TrainingMoment<T> moment)
    {
        var action = Observer?.Observe(moment) ?? TrainingAction.Continue;
        if (action.HasFlag(TrainingAction.Forget))
        {
            _steps.Forget();
        }

        IsStopped = action.HasFlag(TrainingAction.Stop);
        _since = Stopwatch.GetTimestamp();
    }
}
