using System.Diagnostics;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>What the artifact store takes for a byte, on this machine's disk.</summary>
internal static class ArtifactBenchmark
{
    private const int Bytes = 128 << 20;
    private const int Rounds = 5;

    /// <summary>Seconds to store a byte, and the digests of what was stored.</summary>
    public static async Task<(double StoreByte, IReadOnlyList<string> Digests)> StoreAsync(
        IArtifactStore store, CancellationToken ct)
    {
        var (seconds, digests) = (new List<double>(), new List<string>());
        var content = new byte[Bytes];
        for (var round = 0; round < Rounds; round++)
        {
            new Random(round).NextBytes(content);
            var watch = Stopwatch.StartNew();
            var stored = await store.PutAsync(async (stream, token) => await stream.WriteAsync(content, token), ct);
            seconds.Add(watch.Elapsed.TotalSeconds / Bytes);
            digests.Add(stored.Digest);
        }

        return (seconds.Min(), digests);
    }

    /// <summary>Seconds to verify and read a byte of what another process has stored, in memory already.</summary>
    public static async Task<double> LoadAsync(
        IArtifactStore store, IReadOnlyList<string> digests, CancellationToken ct)
    {
        var seconds = new List<double>();
        foreach (var digest in digests)
        {
            var watch = Stopwatch.StartNew();
            await using var stream = store.OpenRead(digest);
            await stream.CopyToAsync(Stream.Null, ct);
            seconds.Add(watch.Elapsed.TotalSeconds / Bytes);
        }

        return seconds.Min();
    }
}
