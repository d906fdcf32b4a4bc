using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KoopmanMesh.Bench.Engine;
using KoopmanMesh.Bench.Measurements;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace KoopmanMesh.Bench.Forecasting;

/// <summary>
/// Ten million weights and 200 snapshots in a float32 file of 8 GB: time and resident memory of processes of their own.
/// </summary>
internal static class LargeForecast
{
    private const int Weights = 10_000_000;
    private const int Snapshots = 200;
    private const int Rounds = 3;
    private const int PieceRows = 4096;
    private const int Lanes = 8;

    public static IEnumerable<string> Run(string folder, string program)
    {
        var file = Path.Combine(folder, "large.f32");
        WriteTrajectory(file);
        yield return "## 10,000,000 weights, 200 snapshots, float32, 8 GB";
        yield return "";
        yield return "From a file. The floor reads the same pieces twice and does what none can be without: Z'Z, and Z a "
            + "for one horizon, in float64 on the same lanes.";
        yield return "";
        yield return "| partition | s | reading and products alone s | ratio | resident MB |";
        yield return "|---|---:|---:|---:|---:|";
        var (floors, full, weight) = (
            new List<MeasuredProcess>(), new List<MeasuredProcess>(), new List<MeasuredProcess>());
        for (var round = 0; round < Rounds; round++)
        {
            floors.Add(Measure(program, "large-floor", file));
            full.Add(Measure(program, "large", file + ":full"));
            weight.Add(Measure(program, "large", file + ":weight"));
        }

        var floor = Median(floors);
        yield return $"| full | {Median(full):0.00} | {floor:0.00} | {Median(full) / floor:0.00} "
            + $"| {full.Max(f => f.PeakBytes) / 1e6:0} |";
        yield return $"| weight | {Median(weight):0.00} | | | {weight.Max(f => f.PeakBytes) / 1e6:0} |";
    }

    /// <summary>What the measured process does; it prints its seconds.</summary>
    public static void Child(string command, string argument)
    {
        var la = LinearAlgebraProvider.Detect(null);
        using var trajectory = new FileTrajectory(argument.Split(':')[0]);
        var watch = Stopwatch.StartNew();
        if (command == "large")
        {
            var options = new ForecastOptions { Partition = Partition.Parse(argument.Split(':')[1]) };
            WeightForecast.Run(trajectory, options, [100], la, null, CancellationToken.None);
        }
        else
        {
            Floor(trajectory, la);
        }

        Console.WriteLine(watch.Elapsed.TotalSeconds);
    }

    private static void Floor(FileTrajectory trajectory, ILinearAlgebra la)
    {
        var (coefficients, predicted) = (new double[Snapshots], new double[Weights]);
        for (var pass = 0; pass < 2; pass++)
        {
            Parallel.For(0, Lanes, lane =>
            {
                var (piece, gram) = (new double[PieceRows * Snapshots], new Matrix(Snapshots, Snapshots));
                for (var first = lane * PieceRows; first < Weights; first += Lanes * PieceRows)
                {
                    var rows = Math.Min(PieceRows, Weights - first);
                    for (var k = 0; k < Snapshots; k++)
                    {
                        trajectory.Read(k, first, piece.AsSpan(k * rows, rows));
                    }

                    if (pass == 0)
                    {
                        SnapshotCombination.AddProducts(piece, rows, gram, la);
                    }
                    else
                    {
                        la.Gemm(
                            false, false, rows, 1, Snapshots, 1, piece, rows, coefficients, Snapshots, 0,
                            predicted.AsSpan(first, rows), rows);
                    }
                }
            });
        }
    }

    private static MeasuredProcess Measure(string program, string command, string argument) =>
        MeasuredProcess.RunAsync(program, command, argument).GetAwaiter().GetResult();

    private static double Median(List<MeasuredProcess> runs) =>
        EngineCase.Median(runs.Select(r => double.Parse(r.Output, CultureInfo.InvariantCulture)));

    // Each weight falls to a limit of its own at three rates, two of which turn.
    private static void WriteTrajectory(string path)
    {
        using var file = File.Create(path);
        var (random, parts) = (new Random(7), new float[4][]);
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part] = new float[Weights];
            foreach (ref var value in parts[part].AsSpan())
            {
                value = random.NextSingle() - 0.5f;
            }
        }

        var values = new float[Weights];
        for (var k = 0; k < Snapshots; k++)
        {
            var slow = (float)(0.2 * Math.Pow(0.99, k));
            var turning = Complexes(0.1 * Math.Pow(0.97, k), 0.3 * k);
            TensorPrimitives.MultiplyAdd(parts[1], slow, parts[0], values);
            TensorPrimitives.MultiplyAdd(parts[2], turning.Cos, values, values);
            TensorPrimitives.MultiplyAdd(parts[3], turning.Sin, values, values);
            file.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    private static (float Cos, float Sin) Complexes(double size, double angle) =>
        ((float)(size * Math.Cos(angle)), (float)(size * Math.Sin(angle)));

    /// <summary>Plain float32 values, snapshots one after the other.</summary>
    private sealed class FileTrajectory(string path) : ITrajectory, IDisposable
    {
        private readonly SafeFileHandle _file = File.OpenHandle(path);

        public ParameterLayout Layout { get; } = ParameterLayout.Plain(Weights);

        public IReadOnlyList<Snapshot> Snapshots { get; } =
            [.. Enumerable.Range(0, LargeForecast.Snapshots).Select(k => new Snapshot(k))];

        public bool IsSingle => true;

        public void Read(int index, long first, Span<double> values)
        {
            var buffer = ArrayPool<float>.Shared.Rent(values.Length);
            var bytes = MemoryMarshal.AsBytes(buffer.AsSpan(0, values.Length));
            var read = RandomAccess.Read(_file, bytes, ((index * (long)Weights) + first) * sizeof(float));
            if (read != bytes.Length)
            {
                throw new EndOfStreamException($"snapshot {index} is cut off");
            }

            TensorPrimitives.ConvertTruncating<float, double>(buffer.AsSpan(0, values.Length), values);
            ArrayPool<float>.Shared.Return(buffer);
        }

        public void Dispose() => _file.Dispose();
    }
}
