using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>
/// The layer-scaling block of 2409.01308 (methods P2.3): D layers of as many outputs as inputs with ReLU, trained so
/// that the region's own dense layer behind them, frozen, still makes the region's outputs. Rows that the fit holds out
/// are held out here too.
/// </summary>
internal sealed class ScalingBlock(ILinearAlgebra algebra)
{
    /// <summary>Numbers to train, at most: ten layers of 647 features.</summary>
    public const long MostParameters = 1L << 22;

    private const int Epochs = 100;
    private const int MostBatchRows = 4096;
    private const int LeastBatchRows = 32;
    private const int Batches = 15;

    /// <summary>
    /// The paper's settings for MNIST, whose 60,000 rows are 15 batches of 4,096: fewer rows are as many smaller ones,
    /// so that an epoch takes as many steps.
    /// </summary>
    private static TrainingOptions Options(uint seed, int rows) => new()
    {
        Epochs = Epochs,
        BatchSize = Math.Clamp(rows / Batches, LeastBatchRows, MostBatchRows),
        Seed = seed,
        Loss = new Huber { Delta = 1 },
        Optimizer = new AdamWOptions { LearningRate = 3e-3, Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 1e-2 },
        Schedule = new PlateauRate { Factor = 0.5, Patience = 2, Threshold = 1e-3 },
    };

    /// <summary>Why a block is too large to train, or null.</summary>
    public static string? Refusal(int layers, int width)
    {
        var parameters = layers * (width + 1L) * width;
        return parameters <= MostParameters
            ? null
            : $"the scaling block of delay:{layers} over {width} features has {parameters} parameters, more than the "
            + $"{MostParameters} that are trained; use fewer layers or a narrower region";
    }

    public ReluChainFeature Train(
        DelayRows rows, DenseReluLayer region, int layers, StandInOptions options, IProgress<EpochProgress> progress,
        CancellationToken cancellationToken)
    {
        var (n, seed) = (rows.Before, unchecked((uint)options.Seed));
        var block = new DenseNetwork<float>([.. Enumerable.Repeat(n, layers + 1)], seed, outputRelu: true);
        var network = DenseNetwork.From<float>([.. block.Layers, region.ToFrozenLayer()]);
        var data = Seen(rows, options.Stripes(rows.Rows));
        new DenseTrainer(algebra).Train(network, data, Options(seed, data.Rows), progress, cancellationToken);
        return new ReluChainFeature(
            [.. network.Layers.SkipLast(1).Select(layer => Weights(layer))],
            [.. network.Layers.SkipLast(1).Select(layer => Doubles(layer.Biases.Span))]);
    }

    private static TrainingSet<float> Seen(DelayRows rows, HoldOutStripes stripes)
    {
        var (x, y) = (new List<float>(rows.X.Length), new List<float>(rows.Y.Length));
        for (var row = 0; row < rows.Rows;)
        {
            var (heldOut, left) = stripes.At(row);
            var take = (int)Math.Min(left, rows.Rows - row);
            if (!heldOut)
            {
                x.AddRange(rows.X.Slice(row * rows.Before, take * rows.Before));
                y.AddRange(rows.Y.Slice(row * rows.After, take * rows.After));
            }

            row += take;
        }

        return TrainingSet.OfTargets(x.ToArray(), rows.Before, y.ToArray(), rows.After);
    }

    // Row-major there, column-major here.
    private static Matrix Weights(DenseLayer<float> layer) =>
        new Matrix(layer.Inputs, layer.Outputs, Doubles(layer.Weights.Span)).Transpose();

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        TensorPrimitives.ConvertTruncating(values, doubles);
        return doubles;
    }
}
