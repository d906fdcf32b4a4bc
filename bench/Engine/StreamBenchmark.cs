using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KoopmanMesh.Bench.Measurements;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Bench.Engine;

/// <summary>One trajectory of 1,000,000 × 512 float32 from a file of 2 GB: time and resident memory of a process of its own.</summary>
internal static class StreamBenchmark
{
    private const int Width = 512;
    private const int Snapshots = 1_000_000;
    private const int ChunkSnapshots = 2048;
    private const int Rounds = 3;

    public static IEnumerable<string> Run(string folder, string program)
    {
        var file = Path.Combine(folder, "stream.f32");
        WriteTrajectory(file);
        var (fits, floors) = (new List<MeasuredProcess>(), new List<MeasuredProcess>());
        for (var round = 0; round < Rounds; round++)
        {
            fits.Add(MeasuredProcess.RunAsync(program, "stream", file).GetAwaiter().GetResult());
            floors.Add(MeasuredProcess.RunAsync(program, "stream-floor", file).GetAwaiter().GetResult());
        }

        var (fit, floor) = (Median(fits), Median(floors));
        yield return "## Streamed: 1,000,000 x 512 float32, 2 GB";
        yield return "";
        yield return "Exact DMD by products, rank 32, 20 % held out, from a warm file in chunks of 2,048 snapshots; the floor reads the "
            + "same chunks and multiplies each once, XX' and YX'.";
        yield return "";
        yield return "| fit s | reading and products alone s | ratio | resident MB |";
        yield return "|---:|---:|---:|---:|";
        yield return $"| {fit:0.00} | {floor:0.00} | {fit / floor:0.00} | {fits.Max(f => f.PeakBytes) / 1e6:0} |";
    }

    /// <summary>What the measured process does; it prints its seconds.</summary>
    public static void Child(string command, string file)
    {
        var watch = Stopwatch.StartNew();
        var la = LinearAlgebraProvider.Detect(null);
        if (command == "stream")
        {
            var stream = new StreamingFit(
                EngineCase.Exact(32, BasisMethod.Gram, holdOut: 0.2), new SummaryOptions { Kind = SummaryKind.Gram }, la);
            ForEachChunk(file, chunk => stream.AddTrajectory(chunk.Span, Width));
            _ = stream.ToOperator(la);
        }
        else
        {
            var states = new double[ChunkSnapshots * Width];
            ForEachChunk(file, chunk =>
            {
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<float, double>(chunk.Span, states);
                var m = chunk.Length / Width;
                la.Syrk(states, Width, m);
                la.Outer(states.AsMemory(Width), Width, states, Width, m - 1);
            });
        }

        Console.WriteLine(watch.Elapsed.TotalSeconds);
    }

    private static void ForEachChunk(string file, Action<ReadOnlyMemory<float>> action)
    {
        using var source = File.OpenRead(file);
        var chunk = new float[ChunkSnapshots * Width];
        while (true)
        {
            var read = source.ReadAtLeast(MemoryMarshal.AsBytes(chunk.AsSpan()), chunk.Length * 4, throwOnEndOfStream: false);
            if (read == 0)
            {
                return;
            }

            action(chunk.AsMemory(0, read / 4));
        }
    }

    // Each feature a damped walk of its own pace, so that there is something to find.
    private static void WriteTrajectory(string path)
    {
        using var file = File.Create(path);
        var (random, state) = (new Random(11), new float[Width]);
        for (var k = 0; k < Snapshots; k++)
        {
            for (var i = 0; i < Width; i++)
            {
                state[i] = ((0.5f + (0.49f * i / Width)) * state[i]) + random.NextSingle() - 0.5f;
            }

            file.Write(MemoryMarshal.AsBytes(state.AsSpan()));
        }
    }

    private static double Median(List<MeasuredProcess> runs) =>
        EngineCase.Median(runs.Select(r => double.Parse(r.Output, CultureInfo.InvariantCulture)));
}
