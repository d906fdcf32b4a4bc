using System.Diagnostics;
using System.Security.Cryptography;
using KoopmanMesh.Bench.Measurements;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>
/// What one core takes for each thing that a row, an accumulator or a fit needs: processor time, so that what else runs
/// weighs little; the least of several rounds.
/// </summary>
internal static class KernelBenchmark
{
    private const int Rounds = 5;
    private const int BatchRows = 512;
    private const int Blocks = 40;

    /// <summary>Widths n + p of accumulators; all but 20 before the component, which is the costlier side.</summary>
    private static readonly int[] _widths = [40, 128, 256, 512, 804];

    /// <summary>Seconds a value of an uncompressed file, in the network's order.</summary>
    public static double ReadValue(string folder)
    {
        const int rows = 20_000, width = 784;
        var file = Path.Combine(folder, "read.npy");
        RandomNpy.Write(file, rows, width);
        var data = DataSet.Open(file, new DataSetOptions());
        var batch = new float[BatchRows * data.RowSize];
        return Least(() =>
        {
            using var reader = data.OpenReader();
            while (reader.Read(batch) > 0)
            {
            }
        }) / (rows * width);
    }

    /// <summary>Seconds an operation of a network's forward pass with all probes.</summary>
    public static double NetworkFlop(string model)
    {
        var loaded = NetworkModel.Load(File.ReadAllBytes(model), Path.GetFileName(model));
        var chain = ComponentFinder.Find(loaded);
        using var network = new ProbedNetwork(chain);
        var rows = Floats(BatchRows * loaded.Input.Width);
        var flops = chain.Components.Sum(c => 2.0 * c.Input.Width * c.Output.Width) * BatchRows;
        const int batches = 40;
        return Least(() =>
        {
            for (var i = 0; i < batches; i++)
            {
                network.Capture(rows, BatchRows);
            }
        }) / (batches * flops);
    }

    /// <summary>Seconds a row, by width.</summary>
    public static IReadOnlyList<(int Width, double Seconds)> Fold(ILinearAlgebra algebra) =>
        [.. _widths.Select(width => (width, FoldRow(width, algebra)))];

    /// <summary>Seconds to fit a component from its accumulator, as often as a run does, by width.</summary>
    public static IReadOnlyList<(int Width, double Seconds)> Fit(ILinearAlgebra algebra) =>
        [.. _widths.Select(width => (width, FitOnce(width, algebra)))];

    /// <summary>Seconds to parse a byte of a stored accumulator and add it to another.</summary>
    public static double MergeByte(ILinearAlgebra algebra)
    {
        var stored = new MemoryStream();
        Filled(512, algebra).Write(stored);
        var sum = Filled(512, algebra);
        return Least(() =>
        {
            stored.Position = 0;
            sum.Merge(BlockedAccumulator.Read(stored, algebra));
        }) / stored.Length;
    }

    /// <summary>Seconds to hash a byte: what verifying data costs beside reading it.</summary>
    public static double HashByte()
    {
        var bytes = new byte[64 << 20];
        return Least(() => SHA256.HashData(bytes)) / bytes.Length;
    }

    /// <summary>a, b, c of a + b w^p + c w^q by least squares of the relative error.</summary>
    public static (double A, double B, double C) Curve(
        IReadOnlyList<(int Width, double Seconds)> points, int p, int q)
    {
        var (normal, right) = (new double[3, 3], new double[3]);
        foreach (var (width, seconds) in points)
        {
            double[] terms = [1 / seconds, Math.Pow(width, p) / seconds, Math.Pow(width, q) / seconds];
            for (var i = 0; i < 3; i++)
            {
                right[i] += terms[i];
                for (var j = 0; j < 3; j++)
                {
                    normal[i, j] += terms[i] * terms[j];
                }
            }
        }

        return Solve(normal, right);
    }

    private static double FoldRow(int width, ILinearAlgebra algebra)
    {
        var (n, rows) = (width - 20, 16_384);
        var accumulator = new BlockedAccumulator(n, 20, Blocks, 1 << 20, AccumulatorKind.Gram, algebra);
        var (before, after) = (Floats(BatchRows * n), Floats(BatchRows * 20));
        return Least(() =>
        {
            for (var row = 0; row < rows; row += BatchRows)
            {
                accumulator.Add(row, before, after, BatchRows);
            }
        }) / rows;
    }

    private static double FitOnce(int width, ILinearAlgebra algebra)
    {
        var accumulator = Filled(width, algebra);
        double[] all = [.. Enumerable.Repeat(1.0, Blocks)];
        var options = new AffineFitOptions { RankRule = new RankRule.RelTol(1e-8) };
        return Least(() =>
        {
            AffineFitter.Fit(accumulator.ToMoments(all), options, algebra);
            var fit = AffineFitter.Fit(accumulator.ToMoments(all), options, algebra);
            accumulator.ToBlockMoments().Project(fit.Basis, algebra, CancellationToken.None);
        });
    }

    private static BlockedAccumulator Filled(int width, ILinearAlgebra algebra)
    {
        var (n, rows) = (width - 20, 8_192);
        var accumulator = new BlockedAccumulator(n, 20, Blocks, rows, AccumulatorKind.Gram, algebra);
        accumulator.Add(0, Floats(rows * n), Floats(rows * 20), rows);
        return accumulator;
    }

    private static float[] Floats(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static double Least(Action act)
    {
        var least = double.PositiveInfinity;
        for (var round = -1; round < Rounds; round++)
        {
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            act();
            process.Refresh();
            var seconds = (process.TotalProcessorTime - before).TotalSeconds;
            least = round < 0 ? least : Math.Min(least, seconds);
        }

        return least;
    }

    // Gaussian elimination with pivots; a negative coefficient of a cost is noise.
    private static (double A, double B, double C) Solve(double[,] m, double[] r)
    {
        for (var k = 0; k < 3; k++)
        {
            var pivot = Enumerable.Range(k, 3 - k).MaxBy(i => Math.Abs(m[i, k]));
            for (var j = 0; j < 3; j++)
            {
                (m[k, j], m[pivot, j]) = (m[pivot, j], m[k, j]);
            }

            (r[k], r[pivot]) = (r[pivot], r[k]);
            for (var i = 0; i < 3; i++)
            {
                var factor = i == k ? 0 : m[i, k] / m[k, k];
                for (var j = 0; j < 3; j++)
                {
                    m[i, j] -= factor * m[k, j];
                }

                r[i] -= factor * r[k];
            }
        }

        return (Math.Max(0, r[0] / m[0, 0]), Math.Max(0, r[1] / m[1, 1]), Math.Max(0, r[2] / m[2, 2]));
    }
}
