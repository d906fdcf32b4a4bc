using System.Diagnostics;
using System.Globalization;
using KoopmanMesh.Contracts.Tensors;

namespace KoopmanMesh.Bench.Transport;

/// <summary>
/// A thousand streams for a minute, a tenth of them read slowly: whether memory stays what the options say.
/// </summary>
internal static class SoakBenchmark
{
    private const int Seconds = 60;
    private const int Connections = SoakClient.Streams / 100;
    private const int Half = SoakClient.Streams / 2;
    private const double KiB = 1024;
    private const double MiB = 1 << 20;

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<string> Run(string program)
    {
        using var server = Start(program, "transport-server");
        var address = server.StandardOutput.ReadLine()!;
        var idle = Resident(server);
        var watch = Stopwatch.StartNew();
        using var client = Start(program, "soak-client", address, $"{Seconds}");
        var samples = new List<(double Seconds, double Server, double Client)>();
        while (!client.WaitForExit(_poll))
        {
            samples.Add((watch.Elapsed.TotalSeconds, Resident(server), Resident(client)));
        }

        var bytes = client.StandardOutput.ReadToEnd().Trim();
        server.StandardInput.Close();
        server.WaitForExit();
        return client.ExitCode == 0
            ? Lines(samples, idle, long.Parse(bytes, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"a stream failed, see above: exit code {client.ExitCode}");
    }

    private static IEnumerable<string> Lines(
        List<(double Seconds, double Server, double Client)> samples, double idle, long bytes)
    {
        var half = samples.Where(s => s.Seconds is > Seconds / 3 and <= Seconds * 2 / 3).ToList();
        var end = samples.Where(s => s.Seconds is > Seconds * 2 / 3 and <= Seconds).ToList();
        yield return $"{SoakClient.Streams} streams at once for {Seconds} s over {Connections} connections, every other one each way, chunks of "
            + $"{TensorCodec.ChunkBytes >> 10} KiB; a tenth of the readers of either direction take one chunk a second. The product's "
            + "server and client settings, each side a process. Every chunk's bytes are checked by the client, the number of bytes by both.";
        yield return "";
        yield return $"No stream failed; {bytes / 1e9:0.0} GB went through ({bytes / 1e9 / Seconds:0.00} GB/s), and the last slow reader "
            + $"was done after {samples[^1].Seconds:0} s.";
        yield return "";
        yield return "| process | idle MiB | peak MiB | middle third, mean MiB | last third, mean MiB | bound MiB |";
        yield return "|---|---:|---:|---:|---:|---:|";
        yield return $"| server | {idle:0} | {samples.Max(s => s.Server):0} | {half.Average(s => s.Server):0} "
            + $"| {end.Average(s => s.Server):0} | {idle + ServerBound:0} |";
        yield return $"| client | | {samples.Max(s => s.Client):0} | {half.Average(s => s.Client):0} "
            + $"| {end.Average(s => s.Client):0} | {idle + ClientBound:0} |";
        yield return "";
        yield return $"The server's bound: what it holds idle, a matrix of 256 MiB above all, and {ServerBound:0} MiB that its options let "
            + $"wait. Requests: connections x Limits:ConnectionWindowBytes = {Connections} x 8 MiB, and a block begun and "
            + "one not full of 64 KiB each a stream. Responses: streams x "
            + "(Limits:ResponseBufferBytes + a message, in blocks of 64 KiB) = 500 x 192 KiB. Messages in the hands of the service: "
            + $"1,000 x 64 KiB. Connections' own buffers: {Connections} x 1.2 MiB. Free blocks are blocks "
            + "that once were in use.";
        yield return "";
        yield return $"The client's bound: as much idle, and {ClientBound:0} MiB: responses unread, streams x the handler's window of 1 MiB in "
            + "buffers that double, 500 x 2 MiB; messages in its hands, 1,000 x 128 KiB.";
    }

    private static double ServerBound => (Connections * (8 + 1.2)) + (Half * (128 + 192) / KiB) + (SoakClient.Streams * 64 / KiB);

    private static double ClientBound => (Half * 2) + (SoakClient.Streams * 128 / KiB);

    private static double Resident(Process process)
    {
        process.Refresh();
        return process.HasExited ? 0 : process.WorkingSet64 / MiB;
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
