namespace KoopmanMesh.Bench.Measurements;

/// <summary>
/// The whole analysis of mnist5x20 with all fits, 200 bootstraps and the audit, at 10,000 and 60,000 rows: seconds and
/// peak memory.
/// </summary>
internal static class AnalysisBenchmark
{
    private const int Rounds = 3;

    public static async Task<IReadOnlyList<string>> RunAsync(string launcher, string data)
    {
        var small = new List<MeasuredProcess>();
        var large = new List<MeasuredProcess>();
        for (var round = 0; round < Rounds; round++)
        {
            small.Add(await AnalyzeAsync(launcher, data, 10_000));
            large.Add(await AnalyzeAsync(launcher, data, 60_000));
        }

        var (few, many) = (Median(small), Median(large));
        return
        [
            "## Analysis of mnist5x20_leaky_relu, all fits, 200 bootstraps, audit included",
            "",
            $"`koopmesh analyze mnist5x20_leaky_relu.onnx --data train-images… --labels … "
            + $"--scale 1/255 --limit N --json`, whole process, median of {Rounds}.",
            "",
            "| rows | seconds | peak memory MB |",
            "|---:|---:|---:|",
            $"| 10000 | {few.Seconds:0.00} | {few.PeakBytes / 1e6:0} |",
            $"| 60000 | {many.Seconds:0.00} | {many.PeakBytes / 1e6:0} |",
            "",
            $"Peak memory at 60,000 rows over that at 10,000: {(double)many.PeakBytes / few.PeakBytes:0.00}.",
        ];
    }

    private static Task<MeasuredProcess> AnalyzeAsync(string launcher, string data, int rows) =>
        MeasuredProcess.RunAsync(
            launcher, "analyze", Path.Combine(data, "onnx-nets", "marabou", "mnist5x20_leaky_relu.onnx"),
            "--data", Path.Combine(data, "mnist", "train-images-idx3-ubyte.gz"),
            "--labels", Path.Combine(data, "mnist", "train-labels-idx1-ubyte.gz"),
            "--scale", "1/255", "--limit", $"{rows}", "--json");

    private static MeasuredProcess Median(List<MeasuredProcess> runs) =>
        runs.OrderBy(r => r.Seconds).ElementAt(runs.Count / 2);
}
