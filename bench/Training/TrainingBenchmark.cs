using System.Runtime.InteropServices;
using KoopmanMesh.Bench.Engine;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Losses;
using KoopmanMesh.Training.Optimizers;
using KoopmanMesh.Training.Schedules;

namespace KoopmanMesh.Bench.Training;

/// <summary>
/// The trainer against PyTorch: the same data, optimizer, batches and number of threads, alternating in one run.
/// </summary>
internal static class TrainingBenchmark
{
    private const int Rounds = 3;
    private const int Pixels = 784;
    private const int Batch = 4_096;
    private const int ClassEpochs = 30;
    private const int BlockEpochs = 5;

    private static readonly int[] _widths = [Pixels, 256, 128, 64, 32, 10];

    public static IEnumerable<string> Run(string script, string mnist)
    {
        var (la, folder) = (LinearAlgebraProvider.Detect(null), Directory.CreateTempSubdirectory("koopmesh-training-"));
        try
        {
            var (train, fresh) = (Read(mnist, "train"), Read(mnist, "t10k"));
            var pairs = Pairs(la, train);
            Write(folder.FullName, "classes", train, train.Labels);
            Write(folder.FullName, "fresh", fresh, fresh.Labels);
            Write(folder.FullName, "block", pairs, default);
            using var reference = new ReferenceProcess(script);
            yield return $"{la.Name}, {Environment.ProcessorCount} threads; {reference.Versions}. float32, batches of "
                + $"{Batch:N0}; medians of {Rounds} alternating rounds after one that is not counted.";
            yield return "";
            yield return "| problem | PyTorch s | our s | ours / PyTorch | PyTorch's result | our result |";
            yield return "|---|---:|---:|---:|---|---|";
            yield return Compare(
                $"MNIST {string.Join('-', _widths)}, {ClassEpochs} epochs, AdamW, cross-entropy", "test accuracy",
                seed => TrainClasses(la, train, fresh, seed),
                seed => reference.Run($"classes {folder.FullName} {seed}"));
            yield return Compare(
                $"ten blocks of 256 before a frozen layer, {BlockEpochs} epochs, AdamW, Huber", "loss",
                seed => TrainBlock(la, pairs, seed),
                seed => reference.Run($"block {folder.FullName} {seed}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Compare(
        string title, string result, Func<uint, (double Seconds, double Value)> ours,
        Func<uint, (double Seconds, double Value)> theirs)
    {
        var rounds = new List<((double Seconds, double Value) Our, (double Seconds, double Value) Their)>();
        for (var round = 0u; round <= Rounds; round++)
        {
            var (their, our) = (theirs(round), ours(round));
            if (round > 0)
            {
                rounds.Add((our, their));
            }
        }

        var a = EngineCase.Median(rounds.Select(r => r.Their.Seconds));
        var b = EngineCase.Median(rounds.Select(r => r.Our.Seconds));
        return $"| {title} | {a:0.00} | {b:0.00} | {b / a:0.00} "
            + $"| {result} {EngineCase.Median(rounds.Select(r => r.Their.Value)):0.0000} "
            + $"| {result} {EngineCase.Median(rounds.Select(r => r.Our.Value)):0.0000} |";
    }

    private static (double Seconds, double Value) TrainClasses(
        ILinearAlgebra la, TrainingSet<float> train, TrainingSet<float> fresh, uint seed)
    {
        var network = new DenseNetwork<float>(_widths, seed);
        var options = new TrainingOptions
        {
            Epochs = ClassEpochs,
            BatchSize = Batch,
            Seed = seed,
            Optimizer = new AdamWOptions { LearningRate = 1e-2, WeightDecay = 0.1 },
            Schedule = new PlateauRate { Factor = 0.5, Patience = 1, Threshold = 1e-4 },
        };
        var seconds = EngineCase.Time(() => new DenseTrainer(la).Train(network, train, options, null, default));
        return (seconds, network.Accuracy(la, fresh));
    }

    private static (double Seconds, double Value) TrainBlock(ILinearAlgebra la, TrainingSet<float> pairs, uint seed)
    {
        var after = new DenseNetwork<float>([256, 128], seed, outputRelu: true).Layers[0];
        after.IsFrozen = true;
        var blocks = new DenseNetwork<float>([.. Enumerable.Repeat(256, 11)], seed, outputRelu: true);
        var network = DenseNetwork.From([.. blocks.Layers, after]);
        var options = new TrainingOptions
        {
            Epochs = BlockEpochs,
            BatchSize = Batch,
            Seed = seed,
            Loss = new Huber(),
            Optimizer = new AdamWOptions { LearningRate = 3e-3, Beta2 = 0.99 },
            Schedule = new PlateauRate { Factor = 0.5, Patience = 2, Threshold = 1e-3 },
        };
        var loss = double.NaN;
        var seconds = EngineCase.Time(() => loss = new DenseTrainer(la).Train(network, pairs, options, null, default));
        return (seconds, loss);
    }

    /// <summary>What a random layer and the next make of the images: 256 and 128 numbers.</summary>
    private static TrainingSet<float> Pairs(ILinearAlgebra la, TrainingSet<float> train)
    {
        var network = new DenseNetwork<float>(_widths, seed: 1);
        var after = new Memory<float>[network.Layers.Count];
        var (x, y) = (new float[train.Rows * 256], new float[train.Rows * 128]);
        (after[0], after[1]) = (x, y);
        network.Activations(la, train.Values, after);
        return TrainingSet.OfTargets(x, 256, y, 128);
    }

    public static TrainingSet<float> Read(string folder, string part)
    {
        var images = Path.Combine(folder, $"{part}-images-idx3-ubyte.gz");
        var data = DataSet.Open(images, new DataSetOptions { Scale = 1.0 / 255 });
        var values = new float[data.Rows * data.RowSize];
        using (var reader = data.OpenReader())
        {
            reader.Read(values);
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - 0.1307f) / 0.3081f;
        }

        return TrainingSet.OfClasses(
            values, data.RowSize, LabelReader.Read(Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), 10));
    }

    private static void Write(string folder, string name, TrainingSet<float> set, ReadOnlyMemory<int> labels)
    {
        File.WriteAllBytes(Path.Combine(folder, name + ".x"), MemoryMarshal.AsBytes(set.Values.Span));
        var y = labels.IsEmpty
            ? MemoryMarshal.AsBytes(set.Targets.Span)
            : MemoryMarshal.AsBytes<long>(Array.ConvertAll(labels.ToArray(), label => (long)label));
        File.WriteAllBytes(Path.Combine(folder, name + ".y"), y);
    }
}
