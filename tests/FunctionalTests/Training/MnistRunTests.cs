using System.Globalization;
using System.IO.Compression;
using System.Numerics.Tensors;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>A small network trained on MNIST, a checkpoint an epoch: what the commands say of it is true of it.</summary>
public sealed class MnistRunTests(MeshFixture mesh, MnistRunTests.MnistRun run)
    : IClassFixture<MnistRunTests.MnistRun>
{
    private const int Epochs = 26;
    private const int Rows = 1000;

    [Fact]
    public async Task Trajectory_OfMnist_HasTheRunsNormsAndTheLossesOfItsFolder()
    {
        var report = await CommandRuns.JsonAsync(mesh, "trajectory", run.Folder, "--residual", "0.1");

        var last = report.GetProperty("windows").EnumerateArray().Last();
        Assert.Equal((6, 26), (Step(last, "firstStep"), Step(last, "lastStep")));
        Assert.Equal(TensorPrimitives.Norm<float>(run.Weights[26]), last.GetProperty("stateNorm").GetDouble(), 1e-3);
        Assert.Equal(
            TensorPrimitives.Distance<float>(run.Weights[26], run.Weights[6]),
            last.GetProperty("movement").GetDouble(), 1e-3);
        Assert.Equal(
            run.Losses,
            report.GetProperty("records").EnumerateArray()
                .Select(record => record.GetProperty("scalars").GetProperty("loss").GetDouble()));
    }

    [Fact]
    public async Task Trajectory_ThatTrustsNoModes_ShowsNoneOfTheirNumbers()
    {
        var text = await CommandRuns.TextAsync(mesh, "trajectory", run.Folder, "--residual", "1e-12");

        Assert.Matches(@"1–21\s+\d+\s+–\s+–\s+–\s+–\s+-\S+\s+no trusted mode", text);
        Assert.Contains("see more of the movement: --residual 0.1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_OfMnist_PrunesTheFractionOfTheMatrices()
    {
        var masks = mesh.NewPath("masks.safetensors");

        var root = await CommandRuns.JsonAsync(mesh, "prune", run.Folder, "--fraction", "0.8", "--output", masks);

        var report = root.GetProperty("report");
        // 784 x 20 + 20 x 10 weights; biases are kept.
        Assert.Equal(("15880", "12704"), (Text(report, "prunable"), Text(report, "pruned")));
        Assert.InRange(report.GetProperty("magnitudeOverlap").GetDouble(), 0.8, 1);
    }

    private static int Step(JsonElement window, string name) =>
        int.Parse(window.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static string? Text(JsonElement report, string name) => report.GetProperty(name).GetString();

    /// <summary>The run, trained once.</summary>
    public sealed class MnistRun : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-mnist-");

        public MnistRun()
        {
            var network = new DenseNetwork<float>([784, 20, 10], seed: 1);
            var data = TrainingSet.OfClasses(
                Bytes(SharedData.TestImages, 16, Rows * 784).Select(pixel => pixel / 255f).ToArray(), 784,
                Bytes(SharedData.TestLabels, 8, Rows).Select(label => (int)label).ToArray());
            var trainer = new DenseTrainer(LinearAlgebraProvider.Detect(null));
            var options = new TrainingOptions { Epochs = 1, Optimizer = new SgdOptions { LearningRate = 0.1 } };
            var lines = new List<string> { "step,loss" };
            for (var epoch = 1; epoch <= Epochs; epoch++)
            {
                Losses.Add(trainer.Train(network, data, options, progress: null, CancellationToken.None));
                Weights[epoch] = network.Parameters.ToArray();
                DenseCheckpoint.Save(network, Path.Combine(Folder, $"epoch-{epoch:00}.safetensors"));
                lines.Add(FormattableString.Invariant($"{epoch},{Losses[^1]:R}"));
            }

            File.WriteAllLines(Path.Combine(Folder, "losses.csv"), lines);
        }

        internal string Folder => _folder.FullName;

        internal Dictionary<int, float[]> Weights { get; } = [];

        internal List<double> Losses { get; } = [];

        public void Dispose() => _folder.Delete(recursive: true);

        private static byte[] Bytes(string path, int header, int count)
        {
            using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            var bytes = new byte[header + count];
            stream.ReadExactly(bytes);
            return bytes[header..];
        }
    }
}
