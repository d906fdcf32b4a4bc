using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a call ended.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Trailers">Its trailing metadata.</param>
/// <param name="Local">Whether this side ended it.</param>
internal sealed record Outcome(Status Status, Metadata Trailers, bool Local)
{
    /// <summary>The outcome of an answer that is nothing but headers, or null if messages may follow.</summary>
    public static Outcome? FromHeaders(HttpResponseMessage response)
    {
        var status = StatusMapping.FromHeaders(response.Headers) ?? StatusMapping.FromResponse(response);
        return status is null
            ? null
            : new Outcome(status.Value, StatusMapping.ReadMetadata(response.Headers), Local: false);
    }

    /// <summary>The outcome of an answer read to its end.</summary>
    public static Outcome FromTrailers(HttpResponseMessage response)
    {
        var status = StatusMapping.FromHeaders(response.TrailingHeaders)
            ?? new Status(StatusCode.Unknown, "The server ended the call without a grpc-status.");
        return new Outcome(status, StatusMapping.ReadMetadata(response.TrailingHeaders), Local: false);
    }
}
