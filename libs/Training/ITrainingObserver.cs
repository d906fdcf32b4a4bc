using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>Watches a run step by step, and may take part in it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface ITrainingObserver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Called once before the first step and once after every step, on the trainer's thread. The network's parameters
    /// may be read and changed here; what a mask or a frozen layer holds is not to be.
    /// </summary>
    /// <param name="moment">Where the run is.</param>
    TrainingAction Observe(in TrainingMoment<T> moment);
}

/// <summary>How training goes on.</summary>
[Flags]
public enum TrainingAction
{
    /// <summary>As if nobody watched.</summary>
    Continue = 0,

    /// <summary>
    /// The optimizer's memory goes back to zero, as after a jump of the weights, which its moments know nothing of.
    /// </summary>
    Forget = 1,

    /// <summary>No further step.</summary>
    Stop = 2,
}

/// <summary>A run before its first step, or after one.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct TrainingMoment<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The network, with its parameters as they are now.</summary>
    public required DenseNetwork<T> Network { get; init; }

    /// <summary>Steps done; 0 before the first.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch of the step, from 1; 0 before the first.</summary>
    public required int Epoch { get; init; }

    /// <summary>The learning rate of the step, or of the first before it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// Loss of the step's batch, before the step changed the parameters; null before the first step.
    /// </summary>
    public double? BatchLoss { get; init; }

    /// <summary>Mean loss over the epoch's rows, where the step was its last.</summary>
    public double? EpochLoss { get; init; }

    /// <summary>Seconds that the step took, without what its observer did before it.</summary>
    public double Seconds { get; init; }
}
