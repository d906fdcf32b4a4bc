using System.Diagnostics;
using System.Globalization;
using KoopmanMesh.Fuzz;
using KoopmanMesh.Fuzz.Requests;

// Sends mutated requests to `koopmesh serve` and ends with 0 if it neither died nor hung, logged no unforeseen exception, stayed as
// large as it was, and still answers: KoopmanMesh.Fuzz REQUESTS [SEED].
const int Lanes = 4;
const int Rounds = 20;
const double MostGrowth = 1.25;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is 0 or > 2
    || !int.TryParse(args[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var requests) || requests < 1)
{
    Console.Error.WriteLine("usage: KoopmanMesh.Fuzz REQUESTS [SEED], e.g. KoopmanMesh.Fuzz 1000000 1");
    return 2;
}

var seed = args.Length == 2 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

using var server = await ServerProcess.StartAsync(interrupted.Token);
var address = new Uri($"http://127.0.0.1:{server.Port}");
var tally = new Tally();
var sources = Enumerable.Range(0, Lanes).Select(lane => new RequestSource((seed * Lanes) + lane)).ToArray();
var watch = Stopwatch.StartNew();
var resident = new List<long>();
Console.WriteLine($"{requests:N0} requests to koopmesh serve, seed {seed}");
try
{
    for (var round = 1; round <= Rounds; round++)
    {
        var size = (int)(((long)requests * round / Rounds) - ((long)requests * (round - 1) / Rounds));
        await Task.WhenAll(sources.Select((source, lane) =>
            new Lane(address, source, tally).RunAsync(
                (size * (lane + 1) / Lanes) - (size * lane / Lanes), interrupted.Token)));
        await Probe.RunAsync(address, interrupted.Token);
        resident.Add(server.ResidentBytes());
        Console.WriteLine(
            $"{tally.Requests,12:N0} requests, {watch.Elapsed.TotalSeconds,6:0} s, {resident[^1] / 1e6,6:0} MB resident, "
            + $"{server.Errors} unforeseen errors");
    }
}
catch (Exception exception) when (exception is HangException or IOException or System.Net.Sockets.SocketException or TimeoutException)
{
    Console.Error.WriteLine(server.HasExited ? "the server died; its last words:" : $"the server hangs: {exception.Message}");
    foreach (var line in server.LastLines)
    {
        Console.Error.WriteLine(line);
    }

    return 1;
}

foreach (var line in tally.Lines())
{
    Console.WriteLine(line);
}

// What is loaded and pooled on the way counts as the size that has to stay.
var settled = resident[Rounds / 4];
var growth = (double)resident[^1] / settled;
Console.WriteLine(
    $"{tally.ClosedConnections:N0} connections closed by the server; memory {settled / 1e6:0} MB after a quarter, "
    + $"{resident[^1] / 1e6:0} MB at the end ({growth:0.00} times); {tally.Requests / watch.Elapsed.TotalSeconds:N0} requests a second");
if (server.Errors > 0)
{
    Console.Error.WriteLine($"{server.Errors} unforeseen errors, of {server.ErrorKinds.Count} kinds; one of each:");
    foreach (var line in server.ErrorKinds)
    {
        Console.Error.WriteLine(line);
    }

    return 1;
}

if (growth > MostGrowth)
{
    Console.Error.WriteLine($"memory grew {growth:0.00} times, expected at most {MostGrowth}");
    return 1;
}

return 0;
