using Grpc.Core;

namespace KoopmanMesh.Interop.Server;

/// <summary>Sends back the metadata that the published test has servers echo.</summary>
internal static class EchoedMetadata
{
    /// <summary>Sent back in the response headers.</summary>
    public const string InitialKey = "x-grpc-test-echo-initial";

    /// <summary>Sent back in the trailers.</summary>
    public const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    public static async Task EchoAsync(ServerCallContext context)
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

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }
}
