using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>A training that can be watched step by step and moved elsewhere.</summary>
internal interface ITrainee
{
    /// <summary>What its weights are.</summary>
    ParameterLayout Layout { get; }

    /// <summary>Whether they are float32.</summary>
    bool IsSingle { get; }

    /// <summary>The loss that decides on a jump: of a probe, as a trainer would afford it.</summary>
    double Probe(ReadOnlySpan<double> weights);

    /// <summary>The loss that runs are compared by.</summary>
    double Loss(ReadOnlySpan<double> weights);

    /// <summary>Takes steps; where the observer gives weights, goes on from them with a new optimizer.</summary>
    void Train(int steps, StepObserver observer, CancellationToken cancellationToken);
}

/// <summary>Sees the weights after a step and the step's seconds; gives the weights to go on from, or null.</summary>
internal delegate double[]? StepObserver(ReadOnlySpan<double> weights, double seconds);
