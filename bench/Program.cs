using System.Globalization;
using KoopmanMesh.Bench.Engine;
using KoopmanMesh.Bench.Forecasting;
using KoopmanMesh.Bench.Measurements;
using KoopmanMesh.Bench.Mesh;
using KoopmanMesh.Bench.Training;
using KoopmanMesh.Bench.Transport;

// Measures what docs and notes quote. KoopmanMesh.Bench bench DATA LAUNCHER RESULTS COMMIT
// | engine SCRIPT RESULTS COMMIT | training SCRIPT RESULTS COMMIT MNIST | forecast SCRIPT RESULTS COMMIT MNIST
// | transport SCRIPT RESULTS COMMIT | soak - RESULTS COMMIT | mesh DATA LAUNCHER SIDECAR RESULTS COMMIT
// | mesh-constants DATA LAUNCHER SIDECAR RESULTS COMMIT TARGET | mesh-model LAUNCHER SIDECAR TABLE
// | nets DATA LAUNCHER TABLE (see eng/bench.sh, eng/nets.sh).
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args[0] is "stream" or "stream-floor")
{
    StreamBenchmark.Child(args[0], args[1]);
    return;
}

switch (args[0])
{
    case "transport-server":
        await TransportHost.ChildAsync();
        return;
    case "transport-client":
        await TransportCommands.ChildAsync(args[1]);
        return;
    case "soak-client":
        await SoakClient.ChildAsync(args[1], args[2]);
        return;
}

if (args[0].StartsWith("mesh", StringComparison.Ordinal))
{
    await MeshCommands.RunAsync(args);
    return;
}

if (args[0] is "large" or "large-floor")
{
    LargeForecast.Child(args[0], args[1]);
    return;
}

if (args[0] is "engine" or "training" or "forecast" or "transport" or "soak")
{
    var (title, command) = args[0] switch
    {
        "training" => ("trainer", "eng/bench.sh training"),
        "forecast" => ("forecast of weights", "eng/bench.sh forecast"),
        "transport" => ("transport", "eng/bench.sh transport"),
        "soak" => ("transport under a thousand streams", "make soak"),
        _ => ("numerics engine", "make bench"),
    };
    var written = new List<string>
    {
        $"# The {title} at {args[3]}",
        "",
        $"`{command}`, {Environment.ProcessorCount} cores, "
        + $".NET {Environment.Version}. Compare ratios within this run.",
        "",
    };
    foreach (var line in args[0] switch
    {
        "training" => TrainingBenchmark.Run(args[1], args[4]),
        "forecast" => ForecastBenchmark.Run(args[1], Environment.ProcessPath!, args[4]),
        "transport" => TransportBenchmark.Run(args[1], Environment.ProcessPath!),
        "soak" => SoakBenchmark.Run(Environment.ProcessPath!),
        _ => EngineBenchmark.Run(args[1], Environment.ProcessPath!),
    })
    {
        written.Add(line);
        Console.WriteLine(line);
    }

    Directory.CreateDirectory(args[2]);
    await File.WriteAllLinesAsync(Path.Combine(args[2], args[0] + ".md"), written);
    return;
}

var (data, launcher) = (args[1], Path.GetFullPath(args[2]));
if (args[0] == "nets")
{
    await NetworkTable.WriteAsync(data, launcher, args[3]);
    return;
}

var (results, commit) = (args[3], args[4]);

var lines = new List<string>
{
    $"# Benchmark at {commit}",
    "",
    $"`make bench`, {Environment.ProcessorCount} cores, .NET {Environment.Version}. "
    + "Compare ratios within this run; absolute times are this machine's.",
    "",
};
lines.AddRange(CaptureBenchmark.Run(Path.Combine(data, "onnx-nets", "marabou"), Path.Combine(data, "mnist")));
lines.AddRange(await AnalysisBenchmark.RunAsync(launcher, data));

Directory.CreateDirectory(results);
await File.WriteAllLinesAsync(Path.Combine(results, "capture-and-analysis.md"), lines);
lines.ForEach(Console.WriteLine);
