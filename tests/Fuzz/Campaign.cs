using System.Diagnostics;
using System.Net.Sockets;
using KoopmanMesh.Fuzz.Requests;

namespace KoopmanMesh.Fuzz;

/// <summary>Some lanes of requests in rounds; after each the server is asked whether it is well.</summary>
internal sealed class Campaign(ServerProcess server, int requests, int seed)
{
    private const int Lanes = 4;
    private const int Rounds = 20;
    private const double MostGrowth = 1.25;

    private readonly Uri _address = new($"http://127.0.0.1:{server.Port}");
    private readonly RequestSource[] _sources =
        [.. Enumerable.Range(0, Lanes).Select(lane => new RequestSource((seed * Lanes) + lane))];

    private readonly Tally _tally = new();
    private readonly List<long> _resident = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Whether the server stood it.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                await RunRoundAsync(Share(requests, round, Rounds), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is HangException or IOException or SocketException
            or TimeoutException)
        {
            Console.Error.WriteLine(
                server.HasExited ? "the server died; its last words:" : $"the server hangs: {exception.Message}");
            Tell(server.LastLines);
            return false;
        }

        return Judge();
    }

    private async Task RunRoundAsync(int size, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_sources.Select((source, lane) =>
            new Lane(_address, source, _tally).RunAsync(Share(size, lane + 1, Lanes), cancellationToken)));
        await Probe.RunAsync(_address, cancellationToken);
        _resident.Add(server.ResidentBytes());
        Console.WriteLine(
            $"{_tally.Requests,12:N0} requests, {_watch.Elapsed.TotalSeconds,6:0} s, "
            + $"{_resident[^1] / 1e6,6:0} MB resident, {server.Errors} unforeseen errors");
    }

    private bool Judge()
    {
        foreach (var line in _tally.Lines())
        {
            Console.WriteLine(line);
        }

        // What is loaded and pooled on the way counts as the size that has to stay.
        var settled = _resident[Rounds / 4];
        var growth = (double)_resident[^1] / settled;
        Console.WriteLine(
            $"{_tally.ClosedConnections:N0} connections closed by the server; memory {settled / 1e6:0} MB after a "
            + $"quarter, {_resident[^1] / 1e6:0} MB at the end ({growth:0.00} times); "
            + $"{_tally.Requests / _watch.Elapsed.TotalSeconds:N0} requests a second");
        if (server.Errors > 0)
        {
            Console.Error.WriteLine(
                $"{server.Errors} unforeseen errors of {server.ErrorKinds.Count} kinds; one of each:");
            Tell(server.ErrorKinds);
        }

        if (growth > MostGrowth)
        {
            Console.Error.WriteLine($"memory grew {growth:0.00} times, expected at most {MostGrowth}");
        }

        return server.Errors == 0 && growth <= MostGrowth;
    }

    /// <summary>What falls to one of several parts, counted from 1; none is lost to rounding.</summary>
    private static int Share(int whole, int part, int of) =>
        (int)(((long)whole * part / of) - ((long)whole * (part - 1) / of));

    private static void Tell(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.Error.WriteLine(line);
        }
    }
}
