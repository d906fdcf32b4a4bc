using System.Globalization;
using System.Net.Sockets;
using KoopmanMesh.Fuzz.Requests;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Fuzz;

/// <summary>One connection at a time, renewed after some batches or when the server closes it, and its
/// requests.</summary>
internal sealed class Lane(Uri server, RequestSource source, Tally tally)
{
    private const int Batch = 32;
    private const int BatchesPerConnection = 32;

    // Calls carry a deadline of two seconds or none; a machine under load needs some more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sends so many requests.</summary>
    /// <exception cref="HangException">One didn't end.</exception>
    public async Task RunAsync(int requests, CancellationToken cancellationToken)
    {
        while (requests > 0)
        {
            await using var connection = await RawConnection.ConnectAsync(server, cancellationToken: cancellationToken);
            for (var i = 0; i < BatchesPerConnection && requests > 0 && !connection.Ended.IsCompleted; i++)
            {
                var size = Math.Min(Batch, requests);
                await RunBatchAsync(connection, size, cancellationToken);
                requests -= size;
            }

            if (connection.GoAway is not null || connection.Ended.IsCompleted)
            {
                tally.CountClosed();
            }
        }
    }

    private async Task RunBatchAsync(RawConnection connection, int size, CancellationToken cancellationToken)
    {
        var calls = new (FuzzRequest Request, Task<string> Ending)[size];
        for (var i = 0; i < size; i++)
        {
            var request = source.Next();
            calls[i] = (request, CallAsync(connection, request, cancellationToken));
        }

        foreach (var (request, ending) in calls)
        {
            try
            {
                tally.Count(await ending.WaitAsync(Patience, cancellationToken));
            }
            catch (TimeoutException)
            {
                throw new HangException(request);
            }
        }
    }

    private static async Task<string> CallAsync(
        RawConnection connection, FuzzRequest request, CancellationToken cancellationToken)
    {
        var stream = connection.NewStream();
        try
        {
            await stream.SendHeadersAsync(request.Headers, endStream: false, cancellationToken);
            await SendBodyAsync(connection, stream, request, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            return "the connection was closed while sending";
        }

        return request.Ending == Ending.Reset
            ? "reset by the client"
            : Describe(await stream.ReadResponseAsync(cancellationToken));
    }

    private static async Task SendBodyAsync(
        RawConnection connection, RawStream stream, FuzzRequest request, CancellationToken cancellationToken)
    {
        var from = 0;
        foreach (var cut in request.Cuts)
        {
            await stream.SendDataAsync(request.Body.AsMemory(from..cut), endStream: false, cancellationToken);
            from = cut;
        }

        var rest = request.Body.AsMemory(from);
        await stream.SendDataAsync(rest, endStream: request.Ending == Ending.EndStream, cancellationToken);
        if (request.Ending == Ending.Reset)
        {
            await stream.ResetAsync(cancellationToken: cancellationToken);
        }
        else if (request.Ending == Ending.BrokenFrame)
        {
            // A WINDOW_UPDATE of nothing is a connection error (RFC 9113, section 6.9).
            await connection.SendAsync(Frame.WindowUpdate(0, 0), cancellationToken);
        }
    }

    private static string Describe(RawResponse response) => response switch
    {
        { Reset: { } error, Status: null } => $"reset by the server, {error}",
        { Status: { } status } => string.Create(CultureInfo.InvariantCulture, $"grpc-status {status}"),
        { Headers: not null } => string.Create(CultureInfo.InvariantCulture, $"HTTP {response.HttpStatus}"),
        _ => "the connection was closed before an answer",
    };
}

/// <summary>A request that the server never answered.</summary>
internal sealed class HangException(FuzzRequest request) : Exception(
    $"a request to {request.Headers.All(":path").FirstOrDefault()} of {request.Body.Length} bytes had no end: "
    + $"headers {string.Join("; ", request.Headers.Select(h => $"{h.Name}: {h.Value}"))}; "
    + $"body {Convert.ToHexString(request.Body)}");
