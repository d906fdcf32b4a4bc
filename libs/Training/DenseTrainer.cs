using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>
/// Trains dense networks on classes: softmax cross-entropy, AdamW, shuffled minibatches. Deterministic: the same
/// network, data and options give the same bits on the same machine and linear algebra. The loop over batches allocates
/// nothing.
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

    /// <summary>Trains a network in place and returns the last epoch's mean loss.</summary>
    /// <param name="network">The network to change.</param>
    /// <param name="data">Rows of the network's first width, labels below its last.</param>
    /// <param name="options">Epochs, batches, optimizer, seed.</param>
    /// <param name="progress">Told after every epoch, on this thread; may be null.</param>
    /// <param name="cancellationToken">Looked at before every batch; what was learnt so far stays in the
    /// network.</param>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public double Train<T>(
        DenseNetwork<T> network,
        LabelledData data,
        TrainingOptions options,
        IProgress<EpochProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Validate(network, data, options);
        var batch = Math.Min(options.BatchSize, data.Rows);
        var epochs = new EpochRunner<T>(_algebra, network, data, batch, options);
        var loss = double.NaN;
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            loss = epochs.Run(cancellationToken);
            if (!double.IsFinite(loss))
            {
                throw new TrainingDivergedException(epoch, loss);
            }

            progress?.Report(new EpochProgress(epoch, options.Epochs, loss));
        }

        return loss;
    }

    private static void Validate<T>(DenseNetwork<T> network, LabelledData data, TrainingOptions options)
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

        var labels = data.Labels.Span;
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)network.Widths[^1])
            {
                throw new ArgumentException(
                    $"label {labels[i]} in row {i} is not a class from 0 to {network.Widths[^1] - 1}", nameof(data));
            }
        }
    }
}
