using Grpc.Core;

namespace KoopmanMesh.Interop.Server;

/// <summary>
/// Begins a call: sends back the metadata that the published test has servers echo, and chooses the call's encoding.
/// </summary>
internal static class EchoedMetadata
{
    /// <summary>Sent back in the response headers.</summary>
    public const string InitialKey = "x-grpc-test-echo-initial";

    /// <summary>Sent back in the trailers.</summary>
    public const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    /// <summary>In the response headers, chooses their messages' encoding, and isn't sent.</summary>
    private const string EncodingRequestKey = "grpc-internal-encoding-request";

    public static async Task EchoAsync(ServerCallContext context, bool compresses = false)
    {
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key == TrailingKey))
        {
            context.ResponseTrailers.Add(entry);
        }

        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key == InitialKey))
        {
            headers.Add(entry);
        }

        if (compresses)
        {
            headers.Add(EncodingRequestKey, "gzip");
        }

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }
}
