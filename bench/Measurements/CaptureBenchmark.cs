using System.Diagnostics;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Bench.Measurements;

/// <summary>
/// Capture with probes at every cut against plain ONNX Runtime: the same network, the same rows, alternating in one
/// run.
/// </summary>
internal static class CaptureBenchmark
{
    private const int Rounds = 15;
    private const int BatchRows = 512;

    private static readonly (string Name, int Rows)[] _networks =
    [
        ("mnist5x20_leaky_relu", 60_000), ("robust_model_sigmoid_linear", 30_000), ("cnn_max_mninst2", 4_000),
        ("self-attention-mnist-pgd-medium-sim", 4_000),
    ];

    public static IEnumerable<string> Run(string networks, string mnist)
    {
        yield return "## Capture with all probes against plain ONNX Runtime";
        yield return "";
        yield return $"Median over {Rounds} alternating rounds of the same rows; batches of {BatchRows}.";
        yield return "";
        yield return "| network | rows | plain ms | captured ms | ratio (median of rounds) |";
        yield return "|---|---:|---:|---:|---:|";
        foreach (var (name, rows) in _networks)
        {
            yield return Measure(
                Path.Combine(networks, name + ".onnx"), Path.Combine(mnist, "train-images-idx3-ubyte.gz"), rows);
        }

        yield return "";
    }

    private static string Measure(string file, string images, int rows)
    {
        var model = NetworkModel.Load(File.ReadAllBytes(file), Path.GetFileName(file));
        var chain = ComponentFinder.Find(model);
        var data = DataSet.Open(images, new DataSetOptions { Scale = 1.0 / 255, Limit = rows });
        var values = new float[rows * data.RowSize];
        using (var reader = data.OpenReader())
        {
            reader.Read(values);
        }

        using var plain = new NetworkSession(model);
        using var captured = new ProbedNetwork(chain);
        var (plainTimes, capturedTimes) = (new double[Rounds], new double[Rounds]);
        for (var round = -2; round < Rounds; round++)
        {
            var one = Time(values, data.RowSize, (batch, count) => plain.Run(batch, count));
            var two = Time(values, data.RowSize, (batch, count) => captured.Capture(batch, count));
            if (round >= 0)
            {
                (plainTimes[round], capturedTimes[round]) = (one, two);
            }
        }

        var ratio = Median([.. plainTimes.Zip(capturedTimes, (p, c) => c / p)]);
        return $"| {Path.GetFileNameWithoutExtension(file)} | {rows} | {Median(plainTimes):0.0} "
            + $"| {Median(capturedTimes):0.0} | {ratio:0.000} |";
    }

    private static double Time(float[] values, int width, Func<ReadOnlyMemory<float>, int, NetworkBatch> run)
    {
        var watch = Stopwatch.StartNew();
        for (var start = 0; start < values.Length; start += BatchRows * width)
        {
            var length = Math.Min(BatchRows * width, values.Length - start);
            run(values.AsMemory(start, length), length / width);
        }

        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
