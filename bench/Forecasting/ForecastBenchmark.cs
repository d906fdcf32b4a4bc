using System.Runtime.InteropServices;
using KoopmanMesh.Bench.Engine;
using KoopmanMesh.Bench.Training;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Bench.Forecasting;

/// <summary>
/// The forecast of 784-20-20-20-10 by nodes against NumPy's pinv and matrix_power on the same BLAS and number of
/// threads, alternating in one run; and ten million weights from a file.
/// </summary>
internal static class ForecastBenchmark
{
    private const int Rounds = 3;
    private const int Snapshots = 1000;
    private const int Ahead = 512;
    private const int Rows = 5000;

    private static readonly int[] _widths = [784, 20, 20, 20, 10];

    public static IEnumerable<string> Run(string script, string program, string mnist)
    {
        var (la, folder) = (LinearAlgebraProvider.Detect(null), Directory.CreateTempSubdirectory("koopmesh-forecast-"));
        try
        {
            using var reference = new ReferenceProcess(script);
            yield return $"{la.Name} on both sides, {Environment.ProcessorCount} threads each; {reference.Versions}. "
                + $"Medians of {Rounds} alternating rounds after one that is not counted.";
            yield return "";
            var nodes = Nodes(la, reference, folder.FullName, mnist);
            foreach (var line in nodes.Concat(LargeForecast.Run(folder.FullName, program)))
            {
                yield return line;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Nodes(
        ILinearAlgebra la, ReferenceProcess reference, string folder, string mnist)
    {
        yield return $"## {string.Join('-', _widths)} by nodes, {Snapshots} snapshots, {Ahead} steps ahead";
        yield return "";
        yield return "NumPy as published, with a constant row: `pinv` and `matrix_power` in float64 for each of 70 nodes. "
            + "Error is median |predicted - true| over median |true - last|; below 1 beats standing still.";
        yield return "";
        yield return "| snapshots | our options | NumPy s | our s | speed-up | largest rank | clipped | held "
            + "| NumPy's error | our error |";
        yield return "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|";
        (ForecastOptions Options, string Words)[] cases =
        [
            (new ForecastOptions { Clip = double.PositiveInfinity }, "no clip"), (new ForecastOptions(), "default"),
            (new ForecastOptions { RelativeTolerance = 1e-4 }, "tolerance 1e-4"),
        ];
        var set = TrainingBenchmark.Read(mnist, "train");
        var few = TrainingSet.OfClasses(set.Values[..(Rows * 784)].ToArray(), 784, set.Labels[..Rows].ToArray());
        foreach (var (name, text, make) in ((string, string, Func<ITrajectory>)[])[
            ("oscillations", "oscillations, as many as weights: full rank",
                () => Oscillations.Trajectory(_widths, Snapshots + Ahead)),
            ("batch", $"full batch of {Rows}, Adadelta, after 500 steps", () => Trained(la, few, Rows, 500)),
            ("steps", "batches of 64 of 60,000, Adadelta, after 2 epochs", () => Trained(la, set, 64, 1876))])
        {
            var trajectory = make();
            var window = new TrajectoryRange(trajectory, 0, Snapshots);
            Write(Path.Combine(folder, name + ".z"), window);
            string request = $"{name} {folder} {Ahead} {string.Join(' ', _widths)}";
            var (theirs, ours) = (new List<double>(), cases.Select(_ => new List<double>()).ToArray());
            var results = new ForecastResult?[cases.Length];
            for (var round = 0; round <= Rounds; round++)
            {
                theirs.Add(reference.Run(request).Seconds);
                for (var i = 0; i < cases.Length; i++)
                {
                    ours[i].Add(EngineCase.Time(() => results[i] = Forecast(window, cases[i].Options, la)));
                }
            }

            var numpy = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(folder, name + ".numpy")));
            var (their, error) = (EngineCase.Median(theirs.Skip(1)), Error(trajectory, numpy.ToArray()));
            for (var i = 0; i < cases.Length; i++)
            {
                var (our, summary) = (EngineCase.Median(ours[i].Skip(1)), results[i]?.Summary);
                yield return $"| {text} | {cases[i].Words} | {their:0.00} | {our:0.000} | {their / our:0.0} "
                    + $"| {summary?.LargestRank} | {summary?.Clipped} | {summary?.Held} | {error} "
                    + $"| {Error(trajectory, results[i]?.Weights[0])} |";
            }
        }

        yield return "";
    }

    private static ForecastResult? Forecast(ITrajectory window, ForecastOptions options, ILinearAlgebra la)
    {
        try
        {
            return WeightForecast.Run(window, options, [Ahead], la, null, CancellationToken.None);
        }
        catch (Numerics.Fitting.NonFiniteDataException)
        {
            return null;
        }
    }

    private static string Error(ITrajectory trajectory, double[]? predicted)
    {
        if (predicted is null || !predicted.All(double.IsFinite))
        {
            return "not finite";
        }

        var (last, future) = (new double[predicted.Length], new double[predicted.Length]);
        trajectory.Read(Snapshots - 1, 0, last);
        trajectory.Read(Snapshots - 1 + Ahead, 0, future);
        var missed = EngineCase.Median(predicted.Zip(future, (x, y) => Math.Abs(x - y)));
        return $"{missed / EngineCase.Median(future.Zip(last, (x, y) => Math.Abs(x - y))):0.0e+0}";
    }

    /// <summary>A run of the network, its snapshots after each step.</summary>
    private static ITrajectory Trained(ILinearAlgebra la, TrainingSet<float> set, int batch, int before)
    {
        var network = new DenseNetwork<float>(_widths, 1);
        var recorder = new TrajectoryRecorder<float>(network, SnapshotCadence.Steps)
        {
            First = before,
            Last = before + Snapshots + Ahead - 1,
        };
        var steps = (set.Rows + batch - 1) / batch;
        var options = new TrainingOptions
        {
            Epochs = ((before + Snapshots + Ahead) / steps) + 1,
            BatchSize = batch,
            Seed = 1,
            Optimizer = new AdadeltaOptions(),
        };
        new DenseTrainer(la).TrainWatched(network, set, options, recorder, CancellationToken.None);
        return recorder.Trajectory;
    }

    private static void Write(string path, ITrajectory trajectory)
    {
        using var file = File.Create(path);
        var values = new double[trajectory.Layout.Count];
        for (var k = 0; k < trajectory.Snapshots.Count; k++)
        {
            trajectory.Read(k, 0, values);
            file.Write(MemoryMarshal.AsBytes<double>(values));
        }
    }
}
