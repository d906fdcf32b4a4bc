using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training;

/// <summary>
/// Keeps the parameters of a run as a trajectory: those it starts from, and then every so many steps or epochs. Tensors
/// are named as <see cref="DenseCheckpoint"/> names them. Numbers of double networks are rounded to float32.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class TrajectoryRecorder<T> : ITrainingObserver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly bool _byEpoch;
    private readonly int _stride;
    private readonly SingleTrajectory _trajectory;
    private readonly float[] _values;
    private double _seconds;

    /// <summary>Of a network that is about to be trained, once.</summary>
    /// <param name="network">It gives the layout.</param>
    /// <param name="cadence">What is counted, and numbers the snapshots.</param>
    /// <param name="stride">Every how many of them, at least 1.</param>
    public TrajectoryRecorder(DenseNetwork<T> network, SnapshotCadence cadence, int stride = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        (_byEpoch, _stride) = (cadence == SnapshotCadence.Epochs, stride);
        _values = new float[network.Parameters.Length];
        _trajectory = new SingleTrajectory(DenseCheckpoint.Layout(network));
    }

    /// <summary>What was recorded so far.</summary>
    public ITrajectory Trajectory => _trajectory;

    /// <summary>Nothing before this step (or epoch) is kept; default 0, from the start.</summary>
    public long First { get; init; }

    /// <summary>Nothing after this step (or epoch) is kept; default no end.</summary>
    public long Last { get; init; } = long.MaxValue;

    /// <summary>
    /// Adds to a snapshot what is known of it beside the parameters, e.g. a validation loss; default nothing.
    /// </summary>
    public Func<DenseNetwork<T>, Snapshot, Snapshot>? Annotate { get; init; }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteDataException">A parameter is NaN or infinite.</exception>
    public TrainingAction Observe(in TrainingMoment<T> moment)
    {
        _seconds += moment.Seconds;
        var number = _byEpoch ? moment.Epoch : moment.Step;
        var isDue = number % _stride == 0 && (!_byEpoch || moment.Step == 0 || moment.EpochLoss is not null);
        if (isDue && number >= First && number <= Last)
        {
            Add(moment, number);
        }

        return TrainingAction.Continue;
    }

    private void Add(in TrainingMoment<T> moment, long number)
    {
        TensorPrimitives.ConvertTruncating<T, float>(moment.Network.Parameters.Span, _values);
        var isStart = moment.Step == 0;
        var snapshot = new Snapshot(number)
        {
            Loss = _byEpoch ? moment.EpochLoss : moment.BatchLoss,
            LearningRate = isStart ? null : moment.LearningRate,
            Seconds = isStart ? null : _seconds,
        };
        _trajectory.Add(Annotate?.Invoke(moment.Network, snapshot) ?? snapshot, _values);
        _seconds = 0;
    }
}

/// <summary>When snapshots are taken.</summary>
public enum SnapshotCadence
{
    /// <summary>After steps; a snapshot's loss is that of its batch before the step.</summary>
    Steps,

    /// <summary>After epochs; a snapshot's loss is the epoch's mean.</summary>
    Epochs,
}
