using System.Globalization;
using KoopmanMesh.Fuzz;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is 0 or > 2
    || !int.TryParse(args[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var requests)
    || !int.TryParse(args.ElementAtOrDefault(1) ?? "1", CultureInfo.InvariantCulture, out var seed)
    || requests < 1)
{
    Console.Error.WriteLine(
        """
        Sends mutated requests to every method of `koopmesh serve`, and ends with 0 if the server neither died nor hung,
        logged no exception that nobody foresaw, stayed as large as it was, and still answers.

        usage: KoopmanMesh.Fuzz REQUESTS [SEED], e.g. KoopmanMesh.Fuzz 1000000 1
        """);
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

using var server = await ServerProcess.StartAsync(interrupted.Token);
Console.WriteLine($"{requests:N0} requests to koopmesh serve, seed {seed}");
return await new Campaign(server, requests, seed).RunAsync(interrupted.Token) ? 0 : 1;
