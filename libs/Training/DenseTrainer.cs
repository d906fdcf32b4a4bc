using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>
/// Trains dense networks by backpropagation over shuffled minibatches. Deterministic: the same network, data and
/// options give the same bits on the same machine and linear algebra. Large batches run on up to four cores; the loop
/// over batches that are too small for that allocates nothing.
/// </summary>
public sealed class DenseTrainer
{
    private readonly ILinearAlgebra _algebra;

    /// <summary>On an implementation of linear algebra.</summary>
    public DenseTrainer(ILinearAlgebra algebra)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        _algebra = algebra;
    }

    /// <summary>Trains a network in place on classes; the data is rounded to T. See the overload.</summary>
    /// <inheritdoc cref="Train{T}(DenseNetwork{T}, TrainingSet{T}, TrainingOptions, IProgress{EpochProgress}?,
    /// CancellationToken)"/>
    public double Train<T>(
        DenseNetwork<T> network,
        LabelledData data,
        TrainingOptions options,
        IProgress<EpochProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Train(network, TrainingSet.OfClasses<T>(data), options, progress, cancellationToken);

    /// <summary>Trains a network in place and returns the last epoch's mean loss.</summary>
    /// <param name="network">The network to change, all but its frozen layers.</param>
    /// <param name="data">Rows of the network's first width, with what the loss compares its outputs with.</param>
    /// <param name="options">Epochs, batches, loss, optimizer, schedule, seed.</param>
    /// <param name="progress">Told after every epoch, on this thread; may be null.</param>
    /// <param name="cancellationToken">Looked at before every batch; what was learnt so far stays in the
    /// network.</param>
    /// <exception cref="ArgumentException">The data does not fit the network or the loss, or every layer is
    /// frozen.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public double Train<T>(
        DenseNetwork<T> network,
        TrainingSet<T> data,
        TrainingOptions options,
        IProgress<EpochProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Validate(network, data, options);
        return Run(new EpochRunner<T>(_algebra, network, data, options), options, progress, cancellationToken);
    }

    /// <summary>
    /// Trains a network in place with someone watching every step, who may change its parameters or end the run;
    /// returns the mean loss of the last epoch, or of what there was of it.
    /// </summary>
    /// <param name="network">The network to change, all but its frozen layers and held parameters.</param>
    /// <param name="data">Rows of the network's first width, with what the loss compares its outputs with.</param>
    /// <param name="options">Epochs, batches, loss, optimizer, schedule, seed.</param>
    /// <param name="observer">Called on this thread.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <exception cref="ArgumentException">The data does not fit the network or the loss, or nothing is
    /// trained.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="TrainingDivergedException">A batch's loss became NaN or infinite.</exception>
    public double TrainWatched<T>(
        DenseNetwork<T> network,
        TrainingSet<T> data,
        TrainingOptions options,
        ITrainingObserver<T> observer,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(observer);
        Validate(network, data, options);
        var epochs = new EpochRunner<T>(_algebra, network, data, options) { Observer = observer };
        return Run(epochs, options, null, cancellationToken);
    }

    private static double Run<T>(
        EpochRunner<T> epochs, TrainingOptions options, IProgress<EpochProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rate = options.Optimizer.LearningRate;
        var schedule = options.Schedule.Start(rate);
        var loss = double.NaN;
        epochs.Begin(rate);
        for (var epoch = 1; epoch <= options.Epochs && !epochs.IsStopped; epoch++)
        {
            loss = epochs.Run(epoch, rate, cancellationToken);
            if (!double.IsFinite(loss))
            {
                throw new TrainingDivergedException(epoch, loss);
            }

            progress?.Report(new EpochProgress(epoch, options.Epochs, loss, rate));
            rate = schedule(loss);
        }

        return loss;
    }

    private static void Validate<T>(DenseNetwork<T> network, TrainingSet<T> data, TrainingOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Epochs, "options.Epochs");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize, "options.BatchSize");
        if (data.Width != network.Widths[0])
        {
            throw new ArgumentException(
                $"the network takes rows of {network.Widths[0]} features, the data has {data.Width}", nameof(data));
        }

        var (batch, widest) = (Math.Min(options.BatchSize, data.Rows), network.Widths.Max());
        if ((long)batch * widest > Array.MaxLength)
        {
            throw new ArgumentException(
                $"batches of {batch} rows are up to {(long)batch * widest} numbers between two layers, expected at "
                + $"most {Array.MaxLength}; choose a smaller batch",
                nameof(options));
        }

        if (network.Layers.All(layer => layer.IsFrozen))
        {
            throw new ArgumentException(
                $"all {network.Layers.Count} layers are frozen, so there is nothing to train", nameof(network));
        }

        options.Mask?.Check(network.Parameters.Length);
        options.Loss.Check(data, network.Widths[^1]);
    }
}
