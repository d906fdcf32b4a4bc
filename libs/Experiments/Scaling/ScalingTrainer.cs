using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Scaling;

/// <summary>Trains the networks of a recipe and the scaling blocks in their cuts.</summary>
/// <param name="recipe">Widths, blocks, training options.</param>
/// <param name="seed">Of weights and the order of batches.</param>
/// <param name="algebra">What multiplies.</param>
public sealed class ScalingTrainer(ReproductionRecipe recipe, uint seed, ILinearAlgebra algebra)
{
    // Blocks are drawn from other numbers than the network, and those of one cut from others than those of the next.
    private const uint BlockSeeds = 1_000;
    private const uint DrawSeeds = 1_000_000;

    /// <summary>The network itself (methods P2.2).</summary>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public DenseNetwork<float> Train(
        LabelledData data, IProgress<EpochProgress>? progress, CancellationToken cancellationToken)
    {
        var network = new DenseNetwork<float>(recipe.Widths, seed);
        var options = recipe.NetworkTraining with { Seed = seed };
        new DenseTrainer(algebra).Train(network, data, options, progress, cancellationToken);
        return network;
    }

    /// <summary>
    /// The network with a scaling block after the ReLU at <paramref name="start"/> (methods P2.3). Only [blocks, frozen
    /// next layer] is trained, from the activation at the cut to that after the next ReLU: what lies before the cut is
    /// frozen too, so its outputs are computed once. Of the recipe's draws those blocks are kept whose training loss is
    /// lowest.
    /// </summary>
    /// <param name="network">The trained network; not changed.</param>
    /// <param name="start">Position of the ReLU, odd.</param>
    /// <param name="rows">What the block is trained on.</param>
    /// <param name="progress">Told after every epoch; may be null.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public TrainedBlocks Scale(
        DenseNetwork<float> network, int start, TrainingSet<float> rows, IProgress<EpochProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rows);
        var cut = ScaledNetwork.Cut(start, network.Layers.Count);
        var imitation = Imitation(network, cut, rows);
        TrainedBlocks? best = null;
        var draws = 0;
        while (draws < recipe.ScalingDraws && !(best?.Loss <= recipe.GoodLoss))
        {
            var student = Student(network.Layers[cut], (uint)start, (uint)draws++);
            var first = new FirstEpoch(progress);
            var loss = new DenseTrainer(algebra).Train(
                student, imitation, recipe.ScalingTraining with { Seed = seed }, first, cancellationToken);
            if (best is null || loss < best.Loss)
            {
                best = new TrainedBlocks(Assemble(network, student, cut), first.Loss, loss, draws);
            }
        }

        return best! with { Draws = draws };
    }

    /// <summary>Layers in double, as they are evaluated and exported.</summary>
    public static IReadOnlyList<DenseLayer> Layers(IEnumerable<DenseLayer<float>> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return [.. layers.Select(Layer)];
    }

    // [blocks, frozen next layer].
    private DenseNetwork<float> Student(DenseLayer<float> next, uint start, uint draw)
    {
        var block = new DenseNetwork<float>(
            [.. Enumerable.Repeat(next.Inputs, recipe.Blocks + 1)], (DrawSeeds * draw) + (BlockSeeds * start) + seed,
            outputRelu: true);
        var frozen = new DenseLayer<float>(next.Weights, next.Biases, next.HasRelu) { IsFrozen = true };
        return DenseNetwork.From([.. block.Layers, frozen]);
    }

    private TrainingSet<float> Imitation(DenseNetwork<float> network, int cut, TrainingSet<float> rows)
    {
        var after = new Memory<float>[network.Layers.Count];
        var states = new float[checked(rows.Rows * network.Layers[cut].Inputs)];
        var targets = new float[checked(rows.Rows * network.Layers[cut].Outputs)];
        (after[cut - 1], after[cut]) = (states, targets);
        network.Activations(algebra, rows.Values, after);
        return TrainingSet.OfTargets(states, network.Layers[cut].Inputs, targets, network.Layers[cut].Outputs);
    }

    private static ScaledNetwork Assemble(DenseNetwork<float> network, DenseNetwork<float> student, int cut) => new(
        Layers(network.Layers.Take(cut)),
        Layers(student.Layers.SkipLast(1)),
        Layer(network.Layers[cut]),
        Layers(network.Layers.Skip(cut + 1)));

    private static DenseLayer Layer(DenseLayer<float> layer)
    {
        var weights = new Matrix(layer.Outputs, layer.Inputs);
        for (var i = 0; i < layer.Outputs; i++)
        {
            for (var j = 0; j < layer.Inputs; j++)
            {
                weights[i, j] = layer.Weights.Span[(i * layer.Inputs) + j];
            }
        }

        var bias = Array.ConvertAll(layer.Biases.ToArray(), b => (double)b);
        return new DenseLayer(weights, bias, layer.HasRelu ? DenseActivation.Relu : DenseActivation.None);
    }

    private sealed class FirstEpoch(IProgress<EpochProgress>? next) : IProgress<EpochProgress>
    {
        public double Loss { get; private set; } = double.NaN;

        public void Report(EpochProgress value)
        {
            Loss = value.Epoch == 1 ? value.Loss : Loss;
            next?.Report(value);
        }
    }
}
