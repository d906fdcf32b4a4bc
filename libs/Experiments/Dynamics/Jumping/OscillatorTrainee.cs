using System.Diagnostics;
using KoopmanMesh.Experiments.Dynamics.Hamiltonian;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>The Hamiltonian network of E3.1; its loss is its probe.</summary>
internal sealed class OscillatorTrainee(OscillatorTrainer trainer) : ITrainee
{
    public ParameterLayout Layout => trainer.Layout;

    public bool IsSingle => false;

    public double Probe(ReadOnlySpan<double> weights) => trainer.Loss(weights);

    public double Loss(ReadOnlySpan<double> weights) => trainer.Loss(weights);

    public void Train(int steps, StepObserver observer, CancellationToken cancellationToken)
    {
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            trainer.Step();
            if (observer(trainer.Parameters, Stopwatch.GetElapsedTime(started).TotalSeconds) is { } jump)
            {
                jump.CopyTo(trainer.Parameters, 0);
                trainer.ResetOptimizer();
            }
        }
    }
}
