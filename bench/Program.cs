using System.Globalization;
using KoopmanMesh.Bench.Measurements;

// Measures what docs and notes quote: koopmanmesh-bench DATA LAUNCHER RESULTS COMMIT (see eng/bench.sh).
var (data, launcher, results, commit) = (args[0], Path.GetFullPath(args[1]), args[2], args[3]);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var lines = new List<string>
{
    $"# Benchmark at {commit}",
    "",
    $"`make bench`, {Environment.ProcessorCount} cores, .NET {Environment.Version}. Compare ratios within this run; absolute times are this machine's.",
    "",
};
lines.AddRange(CaptureBenchmark.Run(Path.Combine(data, "onnx-nets", "marabou"), Path.Combine(data, "mnist")));
lines.AddRange(await AnalysisBenchmark.RunAsync(launcher, data));

Directory.CreateDirectory(results);
await File.WriteAllLinesAsync(Path.Combine(results, "capture-and-analysis.md"), lines);
lines.ForEach(Console.WriteLine);
