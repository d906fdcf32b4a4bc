using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>
/// One epoch of bias-free networks with one hidden layer, from a start and from others a little beside it; what is
/// observed is the last layer's weights after every step.
/// </summary>
internal sealed class WeightRuns(ClassifierTask task, EquivalenceOptions options, ILinearAlgebra algebra)
{
    /// <summary>A trajectory for each start, a column a step, and the mean loss over epoch and starts.</summary>
    /// <param name="seed">Of the start and of those beside it.</param>
    /// <param name="optimizer">What steps.</param>
    /// <param name="order">Seeds the order of the rows, the same for all starts.</param>
    /// <param name="hidden">Order of the hidden units; null as they are.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    public (IReadOnlyList<Matrix> Runs, double Loss) Run(
        uint seed, OptimizerOptions optimizer, uint order, int[]? hidden, CancellationToken cancellationToken)
    {
        var random = new RandomState(seed);
        var start = task.Network((uint)random.NextInt32(int.MaxValue)).Parameters.ToArray();
        var runs = new List<Matrix>();
        var loss = 0.0;
        for (var i = 0; i < options.Starts; i++)
        {
            var network = task.Network(seed: 0);
            start.CopyTo(network.Parameters);
            if (i > 0)
            {
                Perturb(network, random);
            }

            if (hidden is not null)
            {
                Reorder(network, hidden);
            }

            var observer = new LastLayer(network, (task.Training.Rows + options.Batch - 1) / options.Batch);
            loss += new DenseTrainer(algebra).TrainWatched(
                network, task.Training, Training(network, optimizer, order), observer, cancellationToken);
            runs.Add(observer.Weights);
        }

        return (runs, loss / options.Starts);
    }

    private TrainingOptions Training(DenseNetwork<float> network, OptimizerOptions optimizer, uint order) => new()
    {
        Epochs = 1,
        BatchSize = options.Batch,
        Seed = order,
        Optimizer = optimizer,
        Mask = Biases(network),
    };

    private void Perturb(DenseNetwork<float> network, RandomState random)
    {
        foreach (ref var weight in network.Parameters.Span)
        {
            weight *= (float)(1 + (options.Perturbation * ((2 * random.NextDouble()) - 1)));
        }
    }

    // Biases are pruned, which makes them 0 and leaves them so.
    private static ParameterMask Biases(DenseNetwork<float> network)
    {
        var layout = DenseCheckpoint.Layout(network);
        var kept = new bool[layout.Count];
        for (var tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            kept.AsSpan((int)layout.Start(tensor), (int)layout.Tensors[tensor].Count)
                .Fill(layout.Tensors[tensor].Shape.Length == 2);
        }

        return ParameterMask.Keeping(kept);
    }

    // The same function: unit i of the new network is unit hidden[i] of the old.
    private static void Reorder(DenseNetwork<float> network, int[] hidden)
    {
        var (first, last) = (network.Layers[0], network.Layers[^1]);
        var (rows, columns) = (first.Weights.ToArray(), last.Weights.ToArray());
        for (var i = 0; i < hidden.Length; i++)
        {
            rows.AsSpan(hidden[i] * first.Inputs, first.Inputs).CopyTo(first.Weights.Span[(i * first.Inputs)..]);
            for (var unit = 0; unit < last.Outputs; unit++)
            {
                last.Weights.Span[(unit * last.Inputs) + i] = columns[(unit * last.Inputs) + hidden[i]];
            }
        }
    }

    private sealed class LastLayer(DenseNetwork<float> network, int steps) : ITrainingObserver<float>
    {
        public Matrix Weights { get; } = new(network.Layers[^1].Weights.Length, steps);

        public TrainingAction Observe(in TrainingMoment<float> moment)
        {
            if (moment.Step > 0)
            {
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(
                    network.Layers[^1].Weights.Span, Weights.Column((int)moment.Step - 1));
            }

            return TrainingAction.Continue;
        }
    }
}
