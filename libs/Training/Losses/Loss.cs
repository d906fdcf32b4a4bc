using System.Numerics;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// What training makes small: a mean over the rows of a batch. A loss sees a whole batch at once, in the order of its
/// rows, so that it may couple them (a norm of the error over a grid does). Immutable.
/// </summary>
public abstract record Loss
{
    /// <summary>Refuses data that this loss can't compare with outputs of this width.</summary>
    /// <exception cref="ArgumentException">It says what was expected.</exception>
    public abstract void Check<T>(TrainingSet<T> data, int outputs) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>
    /// What a run evaluates, for losses that are measured against where it started; default this one.
    /// </summary>
    /// <param name="data">All rows.</param>
    /// <param name="outputs">
    /// Computes the outputs of all rows before the first step, row-major in the data's order.
    /// </param>
    public virtual Loss Start<T>(TrainingSet<T> data, Func<T[]> outputs)
        where T : unmanaged, IFloatingPointIeee754<T> => this;

    /// <summary>The loss of a batch; its gradient with respect to the outputs goes into the batch.</summary>
    public abstract double Evaluate<T>(in LossBatch<T> batch) where T : unmanaged, IFloatingPointIeee754<T>;
}
