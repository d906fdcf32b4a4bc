using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Training;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>
/// A dense network of given widths with random weights, and standard normal rows for it: what a run costs hangs on its
/// shape, not on what it has learned.
/// </summary>
internal static class DemoNetwork
{
    /// <summary>What is taken where nobody names a network.</summary>
    public static readonly IReadOnlyList<int> DefaultWidths = [64, 64, 64, 64, 10];

    private const uint Seed = 7;
    private const int RowsAtOnce = 1024;

    /// <summary>Writes both into a folder; returns where they are.</summary>
    public static (string Model, string Data) Write(
        string folder, IReadOnlyList<int> widths, long rows, CancellationToken cancellationToken)
    {
        var random = new RandomState(Seed);
        var (model, data) = (Path.Combine(folder, "demo.onnx"), Path.Combine(folder, "demo.npy"));
        var layers = Enumerable.Range(0, widths.Count - 1)
            .Select(i => Layer(widths[i], widths[i + 1], last: i == widths.Count - 2, random));
        File.WriteAllBytes(model, OnnxExport.Dense([.. layers], "demo"));
        WriteRows(data, widths[0], rows, random, cancellationToken);
        return (model, data);
    }

    // He's weights keep the size of the activations over any number of ReLU layers.
    private static DenseLayer Layer(int inputs, int outputs, bool last, RandomState random)
    {
        var weights = new Matrix(outputs, inputs);
        var scale = Math.Sqrt(2.0 / inputs);
        foreach (ref var weight in weights.AsSpan())
        {
            weight = scale * random.NextNormal();
        }

        return new DenseLayer(weights, new double[outputs], last ? DenseActivation.None : DenseActivation.Relu);
    }

    private static void WriteRows(
        string path, int width, long rows, RandomState random, CancellationToken cancellationToken)
    {
        using var writer = new NpyWriter(path, width, rows, SnapshotAxis.Rows);
        var values = new double[RowsAtOnce * width];
        for (long done = 0; done < rows; done += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var some = values.AsSpan(0, (int)Math.Min(RowsAtOnce, rows - done) * width);
            foreach (ref var value in some)
            {
                value = random.NextNormal();
            }

            writer.Write(some);
        }

        writer.Complete();
    }
}
