using System.IO.Compression;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Networks.Tests.Models;

/// <summary>The accuracies that an independent evaluator measured, in NETS.md.</summary>
public sealed class AccuracyTests
{
    [Theory]
    [InlineData("mnist5x20_leaky_relu", 10_000, 0.9451)]
    [InlineData("mnist2x10", 10_000, 0.9226)]
    [InlineData("mnist2x5_sigmoid", 10_000, 0.8516)]
    [InlineData("softmax-last-layer", 10_000, 0.8895)]
    [InlineData("test_dropout", 10_000, 0.4926)]
    [InlineData("robust_model_sigmoid_linear", 10_000, 0.9541)]
    [InlineData("yizhak_net", 10_000, 0.8319)]
    [InlineData("cnn_max_mninst2", 2_000, 0.9720)]
    [InlineData("cnn_max_mninst3", 2_000, 0.9730)]
    [InlineData("fc2", 1_000, 0.0920)]
    [InlineData("self-attention-mnist-pgd-medium-sim", 1_000, 0.9740)]
    public void Network_OnMnist_HasItsPublishedAccuracy(string name, int rows, double accuracy)
    {
        var model = Catalogue.Load($"marabou/{name}.onnx");
        var pixels = Unzip("t10k-images-idx3-ubyte.gz", 16);
        var labels = Unzip("t10k-labels-idx1-ubyte.gz", 8);
        var values = new float[rows * 784];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = pixels[i] / 255f;
        }

        using var session = new NetworkSession(model, new NetworkSessionOptions { Threads = 1 });
        var outputs = session.Run(values, rows, TestContext.Current.CancellationToken).Output.Span;

        var correct = 0;
        for (var row = 0; row < rows; row++)
        {
            var scores = outputs.Slice(row * 10, 10);
            correct += System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores) == labels[row] ? 1 : 0;
        }

        Assert.Equal(accuracy, (double)correct / rows, 4);
    }

    private static byte[] Unzip(string file, int header)
    {
        var path = Path.Combine(Catalogue.Data, "mnist", file);
        Assert.SkipUnless(File.Exists(path), $"the MNIST file {file} is not on this machine");
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray()[header..];
    }
}
