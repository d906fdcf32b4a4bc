using System.Globalization;

namespace KoopmanMesh.Wire;

/// <summary>What a stream got back, up to its end.</summary>
public sealed record RawResponse
{
    /// <summary>The first header block; null if none came.</summary>
    public HeaderList? Headers { get; internal set; }

    public byte[] Body { get; internal set; } = [];

    /// <summary>The header block behind the body; null if the first was all, or the stream broke.</summary>
    public HeaderList? Trailers { get; internal set; }

    /// <summary>Whether the server ended its half of the stream.</summary>
    public bool Ended { get; internal set; }

    /// <summary>The server's RST_STREAM; null if none came.</summary>
    public ErrorCode? Reset { get; internal set; }

    /// <summary>The HTTP status; 0 if no headers came.</summary>
    public int HttpStatus => int.Parse(Headers?[":status"] ?? "0", CultureInfo.InvariantCulture);

    /// <summary>The gRPC status, wherever it stands; null if the call ended without one.</summary>
    public int? Status => (Trailers ?? Headers)?["grpc-status"] is { } status
        ? int.Parse(status, CultureInfo.InvariantCulture)
        : null;

    /// <summary>The gRPC status' message as it travelled; null if there is none.</summary>
    public string? Message => (Trailers ?? Headers)?["grpc-message"];

    public IReadOnlyList<(byte Flag, byte[] Message)> Messages => GrpcMessage.Split(Body);
}
