using System.Numerics.Tensors;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>The MNIST network of E3.2; its probe is the loss of the first training rows.</summary>
internal sealed class ClassifierTrainee(
    ClassifierTask task, OptimizerOptions optimizer, uint seed, ILinearAlgebra algebra) : ITrainee
{
    private const int Batch = 64;
    private const int ProbeRows = 2_048;

    private readonly DenseNetwork<float> _network = task.Network(seed);

    public ParameterLayout Layout => DenseCheckpoint.Layout(_network);

    public bool IsSingle => true;

    public double Probe(ReadOnlySpan<double> weights) => task.Loss(weights, ProbeRows);

    public double Loss(ReadOnlySpan<double> weights) => task.Loss(weights);

    public void Train(int steps, StepObserver observer, CancellationToken cancellationToken)
    {
        var epoch = (task.Training.Rows + Batch - 1) / Batch;
        var options = new TrainingOptions
        {
            Epochs = (steps + epoch - 1) / epoch,
            BatchSize = Batch,
            Seed = seed,
            Optimizer = optimizer,
        };
        new DenseTrainer(algebra).TrainWatched(
            _network, task.Training, options, new Watch(observer, steps, _network.Parameters.Length),
            cancellationToken);
    }

    private sealed class Watch(StepObserver observer, int steps, int parameters) : ITrainingObserver<float>
    {
        private readonly double[] _weights = new double[parameters];

        public TrainingAction Observe(in TrainingMoment<float> moment)
        {
            if (moment.Step == 0)
            {
                return TrainingAction.Continue;
            }

            TensorPrimitives.ConvertTruncating<float, double>(moment.Network.Parameters.Span, _weights);
            var stop = moment.Step == steps ? TrainingAction.Stop : TrainingAction.Continue;
            if (observer(_weights, moment.Seconds) is not { } jump)
            {
                return stop;
            }

            TensorPrimitives.ConvertTruncating<double, float>(jump, moment.Network.Parameters.Span);
            return stop | TrainingAction.Forget;
        }
    }
}
