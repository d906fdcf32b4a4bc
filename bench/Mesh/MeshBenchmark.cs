using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Servers;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>
/// The mesh of several processes on this machine: against the embedded mode, two runs at once, and the constants of the
/// model in docs/scaling.md.
/// </summary>
/// <param name="Launcher">koopmesh.</param>
/// <param name="Data">The folder with MNIST and its networks.</param>
/// <param name="Sidecar">The tests' double of the Dapr sidecar.</param>
/// <param name="Commit">That is measured.</param>
internal sealed record MeshBenchmark(string Launcher, string Data, string Sidecar, string Commit)
{
    private static readonly string[] _replicas = ["up", "--replicas", "capture=1,koopman=1,credit=1"];

    private MnistJobs Jobs => new(Data);

    /// <summary>Shows 5 of the mesh: throughput and fairness.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        await using var embedded = await KoopmeshProcess.StartAsync(Launcher, "serve");
        await using var mesh = await KoopmeshProcess.StartAsync(Launcher, [.. _replicas, "--sidecar", Sidecar]);
        using var one = new MeshJobs(embedded.Address);
        using var other = new MeshJobs(mesh.Address);
        return
        [
            .. await ThroughputBenchmark.RunAsync(one, other, Jobs),
            .. await FairnessBenchmark.RunAsync(other, Jobs),
        ];
    }

    /// <summary>
    /// Measures the constants, writes them as koopmesh embeds them, and returns them for people.
    /// </summary>
    public async Task<IReadOnlyList<string>> ConstantsAsync(string target, string transport)
    {
        var algebra = LinearAlgebraProvider.Detect(null);
        var (fold, fit) = (KernelBenchmark.Fold(algebra), KernelBenchmark.Fit(algebra));
        var (a, b, c) = KernelBenchmark.Curve(fold, 1, 2);
        var (f, g, h) = KernelBenchmark.Curve(fit, 2, 3);
        var stream = TransportByte(transport);
        var (store, load, ledger) = await StateAsync();
        var (dispatch, piece, score) = await MeshAsync();
        var folder = Directory.CreateTempSubdirectory("koopmesh-bench-kernels-");
        var constants = new JsonObject
        {
            ["source"] = $"eng/bench.sh mesh at {Commit}, {Environment.ProcessorCount} cores",
            ["readValue"] = KernelBenchmark.ReadValue(folder.FullName),
            ["networkFlop"] = KernelBenchmark.NetworkFlop(
                Path.Combine(Data, "onnx-nets", "marabou", "mnist5x20_leaky_relu.onnx")),
            ["sendByte"] = stream,
            ["receiveByte"] = stream,
            ["fold"] = new JsonObject { ["constant"] = a, ["linear"] = b, ["square"] = c },
            ["storeByte"] = store,
            ["loadByte"] = load,
            ["mergeByte"] = KernelBenchmark.MergeByte(algebra),
            ["fit"] = new JsonObject { ["constant"] = f, ["square"] = g, ["cube"] = h },
            ["scoreReplicate"] = score,
            ["dispatch"] = dispatch,
            ["piece"] = piece,
            ["ledgerStatement"] = ledger.Claim,
            ["ledgerItem"] = ledger.Item,
            ["runUpdate"] = ledger.Update,
            ["event"] = await EventBenchmark.MeasureAsync(Sidecar, CancellationToken.None),
        };
        folder.Delete(recursive: true);
        await File.WriteAllTextAsync(
            target, constants.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return
        [
            "## What one core, the ledger and the bus take",
            "",
            "Seconds. Processor time of one core for what is computed, wall-clock time for what is waited for.",
            "",
            "| what | seconds |",
            "|---|---:|",
            .. constants.Where(pair => pair.Value is JsonValue && pair.Key != "source").Select(
                pair => Row(pair.Key, pair.Value!.GetValue<double>())),
            .. fold.Select(point => Row($"fold a row, width {point.Width}", point.Seconds)),
            .. fit.Select(point => Row($"fit a component, width {point.Width}", point.Seconds)),
            Row("offer a piece of work", ledger.Offer),
            Row("hash a byte", KernelBenchmark.HashByte()),
            "",
        ];
    }

    /// <summary>
    /// What the transport's own benchmark found for chunks of 64 KiB, client to server: bytes across, client and server
    /// on a core each.
    /// </summary>
    internal static double TransportByte(string results)
    {
        var row = File.ReadLines(results).First(line => line.StartsWith("| send | 64 |", StringComparison.Ordinal));
        var gigabytes = row.Split('|', StringSplitOptions.TrimEntries)[4];
        return 1e-9 / double.Parse(gigabytes, CultureInfo.InvariantCulture);
    }

    private static async Task<(double Store, double Load, LedgerTimes Ledger)> StateAsync()
    {
        var root = Directory.CreateTempSubdirectory("koopmesh-bench-state-");
        await using var server = await PostgresServer.StartAsync(CancellationToken.None);
        try
        {
            double store;
            IReadOnlyList<string> digests;
            LedgerTimes ledger;
            await using (var host = await BenchHost.StartAsync(server, root.FullName, CancellationToken.None))
            {
                (store, digests) = await ArtifactBenchmark.StoreAsync(
                    host.Get<ServiceDefaults.Artifacts.IArtifactStore>(), CancellationToken.None);
                ledger = await LedgerTimes.MeasureAsync(host, CancellationToken.None);
            }

            await using var reader = await BenchHost.StartAsync(server, root.FullName, CancellationToken.None);
            var load = await ArtifactBenchmark.LoadAsync(
                reader.Get<ServiceDefaults.Artifacts.IArtifactStore>(), digests, CancellationToken.None);
            return (store, load, ledger);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>
    /// What a run shows: the wait of its only shard, the cost of cutting it into many, and its score over replicates
    /// and components.
    /// </summary>
    private async Task<(double Dispatch, double Piece, double Score)> MeshAsync()
    {
        await using var mesh = await KoopmeshProcess.StartAsync(Launcher, [.. _replicas, "--sidecar", Sidecar]);
        using var client = new MeshJobs(mesh.Address);
        return await PieceBenchmark.RunAsync(client, Jobs);
    }

    private static string Row(string what, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {seconds:0.00e+0} |");
}
