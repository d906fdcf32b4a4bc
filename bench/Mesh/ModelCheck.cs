using System.Globalization;
using System.Text.Json;
using KoopmanMesh.Bench.Measurements;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>What the model says of the meshes that this machine can run, beside what they took.</summary>
internal static class ModelCheck
{
    private const string Replicas = "1,2";

    private static readonly (string Widths, string Rows, string ShardRows)[] _cases =
    [
        ("64,64,64,64,10", "20000,200000", "25000"), ("256,256,256,10", "50000", "12500"),
    ];

    public static async Task<IReadOnlyList<string>> RunAsync(string launcher, string sidecar)
    {
        List<string> lines =
        [
            "## The model against what was measured",
            "",
            $"Meshes of one and two replicas of capture and koopman on the {Environment.ProcessorCount} cores of this "
            + "machine, without bootstraps and audit; the model with as many cores for all. Medians of 3 runs in turn.",
            "",
            "| network | rows | replicas | measured s | model s | model / measured |",
            "|---|---:|---:|---:|---:|---:|",
        ];
        foreach (var (widths, rows, shardRows) in _cases)
        {
            string[] job = ["--demo", widths, "--rows", rows, "--shard-rows", shardRows, "--bootstraps", "0"];
            var measured = await JsonAsync(
                launcher,
                ["scale", "--replicas", Replicas, .. job, "--audit-rows", "0", "--sidecar", sidecar]);
            var predicted = await JsonAsync(
                launcher,
                [
                    "scale", "--predict", "--replicas", Replicas, .. job, "--cores",
                    Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
                ]);
            lines.AddRange(Rows(widths, measured, predicted));
        }

        lines.Add("");
        return lines;
    }

    private static IEnumerable<string> Rows(string widths, JsonElement measured, JsonElement predicted)
    {
        var model = predicted.GetProperty("curves").EnumerateArray().SelectMany(curve => curve.EnumerateArray())
            .ToDictionary(
                row => (row.GetProperty("rows").GetInt64(), row.GetProperty("replicas").GetInt32()),
                row => row.GetProperty("seconds").GetDouble());
        foreach (var point in measured.GetProperty("points").EnumerateArray())
        {
            var (rows, replicas) = (point.GetProperty("rows").GetInt64(), point.GetProperty("replicas").GetInt32());
            var took = point.GetProperty("seconds").GetProperty("median").GetDouble();
            var said = model[(rows, replicas)];
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {widths} | {rows} | {replicas} | {took:0.00} | {said:0.00} | {said / took:0.00} |");
        }
    }

    private static async Task<JsonElement> JsonAsync(string launcher, string[] arguments)
    {
        var output = (await MeasuredProcess.RunAsync(launcher, [.. arguments, "--json"])).Output;
        using var json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }
}
