using KoopmanMesh.Bench.Engine;
using KoopmanMesh.Contracts.Tensors;

namespace KoopmanMesh.Bench.Transport;

/// <summary>
/// Matrices of 256 MiB in both directions and small calls: ours against a bare HTTP/2 stream through the same Kestrel
/// and SocketsHttpHandler, and against grpcio at both ends, alternating in one run; and what a chunk allocates.
/// </summary>
internal static class TransportBenchmark
{
    private const int Rounds = 9;
    private const int WarmUps = 3;

    private static readonly string[] _directions = ["send", "receive"];
    private static readonly int[] _chunks = [16 << 10, 64 << 10, 256 << 10, 1 << 20];
    private static readonly (int Concurrency, int Calls)[] _loads = [(1, 4000), (8, 16_000), (64, 16_000)];

    public static IEnumerable<string> Run(string script, string program)
    {
        var (own, other) = (TransportPeer.Ours(program), TransportPeer.Grpcio(script));
        using var ours = new TransportPeers(own, own);
        using var grpcio = new TransportPeers(other, other);
        yield return $"{ours.Versions} against {grpcio.Versions}; client and server in processes of their own, the product's "
            + "server and client settings, workstation garbage collection with a background thread, as the product's. Medians of "
            + $"{Rounds} alternating rounds after {WarmUps} that are not counted; a row's numbers alternate with one another.";
        yield return "";
        var lines = Matrices(ours, grpcio).Concat(Across(own, ours, other, grpcio)).Concat(Calls(ours, grpcio))
            .Concat(ChunkAllocations.Run());
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Matrices(TransportPeers ours, TransportPeers grpcio)
    {
        yield return "## float32 matrices of 256 MiB, from memory into memory";
        yield return "";
        yield return "`send` is client to server, a stream of TensorFrames; `receive` the other way. Bare is the matrix as an HTTP/2 "
            + "body, written and read in pieces of the same size. Targets: at least 90 % of bare, at least 2 times grpcio.";
        yield return "";
        yield return "| direction | chunk KiB | ours s | ours GB/s | bare s | grpcio s | of bare | times grpcio |";
        yield return "|---|---:|---:|---:|---:|---:|---:|---:|";
        foreach (var direction in _directions)
        {
            foreach (var chunk in _chunks)
            {
                var medians = Medians(
                    [() => ours.Ask($"{direction} {chunk}"), () => ours.Ask($"bare-{direction} {chunk}"),
                        () => grpcio.Ask($"{direction} {chunk}")]);
                var (own, bare, other) = (medians[0][0], medians[1][0], medians[2][0]);
                yield return $"| {direction} | {chunk >> 10} | {own:0.000} | {Matrix256.ByteLength / own / 1e9:0.00} | {bare:0.000} "
                    + $"| {other:0.000} | {100 * bare / own:0} % | {other / own:0.00} |";
            }
        }

        yield return "";
    }

    private static IEnumerable<string> Across(
        TransportPeer own, TransportPeers ours, TransportPeer other, TransportPeers grpcio)
    {
        using var called = new TransportPeers(server: other, client: own);
        using var calling = new TransportPeers(server: own, client: other);
        yield return "## The same matrices across, in chunks of 64 KiB";
        yield return "";
        yield return "Seconds, client before server.";
        yield return "";
        yield return "| direction | ours to ours | ours to grpcio | grpcio to ours | grpcio to grpcio |";
        yield return "|---|---:|---:|---:|---:|";
        foreach (var direction in _directions)
        {
            var command = $"{direction} {TensorCodec.ChunkBytes}";
            var medians = Medians(
                [() => ours.Ask(command), () => called.Ask(command), () => calling.Ask(command),
                    () => grpcio.Ask(command)]);
            yield return $"| {direction} | " + string.Join(" | ", medians.Select(m => $"{m[0]:0.000}")) + " |";
        }

        yield return "";
    }

    private static IEnumerable<string> Calls(TransportPeers ours, TransportPeers grpcio)
    {
        yield return "## Unary calls of 64 bytes there and back";
        yield return "";
        yield return "On one channel; ours from tasks, grpcio's from threads. Target: p50 and p99 at or below grpcio's.";
        yield return "";
        yield return "| at once | ours p50 us | ours p99 us | ours calls/s | grpcio p50 us | grpcio p99 us | grpcio calls/s |";
        yield return "|---:|---:|---:|---:|---:|---:|---:|";
        foreach (var (concurrency, calls) in _loads)
        {
            var command = $"unary {concurrency} {calls}";
            var medians = Medians([() => ours.Ask(command), () => grpcio.Ask(command)]);
            yield return $"| {concurrency} | "
                + string.Join(" | ", medians.SelectMany(m => m).Select(n => $"{n:0}")) + " |";
        }

        yield return "";
    }

    /// <summary>Of each number that each measurement answers, the median of the rounds.</summary>
    private static double[][] Medians(Func<double[]>[] measurements)
    {
        var rounds = Enumerable.Range(0, WarmUps + Rounds)
            .Select(_ => measurements.Select(m => m()).ToArray()).Skip(WarmUps).ToList();
        return [.. measurements.Select((_, m) => rounds[0][m]
            .Select((_, i) => EngineCase.Median(rounds.Select(r => r[m][i]))).ToArray())];
    }
}
