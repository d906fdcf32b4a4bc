using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>The response of a replica as the response of this host.</summary>
internal static class ForwardedResponse
{
    private const int Piece = 16 << 10;

    /// <summary>Copies head, body and trailers as they come; done when all have left.</summary>
    public static async Task CopyAsync(HttpResponseMessage from, HttpResponse to, CancellationToken end)
    {
        to.StatusCode = (int)from.StatusCode;
        ForwardedHeaders.Copy(from, to);
        if (to.Headers.ContainsKey(GrpcRefusal.StatusHeader))
        {
            // All there is: it must leave as the one block of headers that it came as.
            return;
        }

        // Whoever waits for the head must not wait for the first message.
        await to.StartAsync(end).ConfigureAwait(false);
        await to.BodyWriter.FlushAsync(end).ConfigureAwait(false);
        var body = await from.Content.ReadAsStreamAsync(end).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            // Memory is taken once there is something to read.
            int read;
            do
            {
                await body.ReadAsync(Memory<byte>.Empty, end).ConfigureAwait(false);
                read = await body.ReadAsync(to.BodyWriter.GetMemory(Piece), end).ConfigureAwait(false);
                to.BodyWriter.Advance(read);
                await to.BodyWriter.FlushAsync(end).ConfigureAwait(false);
            }
            while (read > 0);
        }

        foreach (var (name, values) in from.TrailingHeaders.NonValidated)
        {
            to.AppendTrailer(name, values.ToArray());
        }
    }

    /// <summary>The gRPC status of a response that was read to its end; null where it has none.</summary>
    public static string? StatusOf(HttpResponseMessage response) =>
        response.TrailingHeaders.NonValidated.TryGetValues(GrpcRefusal.StatusHeader, out var trailer)
            ? trailer.ToString()
            : response.Headers.NonValidated.TryGetValues(GrpcRefusal.StatusHeader, out var header)
                ? header.ToString()
                : null;
}
