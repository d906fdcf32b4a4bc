using Google.Protobuf;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>The sizes that the published cases name, and payloads of them.</summary>
internal static class Payloads
{
    public const int LargeRequestBytes = 271828;
    public const int LargeResponseBytes = 314159;

    /// <summary>Requests of client_streaming and ping_pong, in bytes.</summary>
    public static readonly int[] RequestBytes = [27182, 8, 1828, 45904];

    /// <summary>Responses of server_streaming and ping_pong, in bytes.</summary>
    public static readonly int[] ResponseBytes = [31415, 9, 2653, 58979];

    public static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    public static SimpleRequest LargeRequest() =>
        new() { ResponseSize = LargeResponseBytes, Payload = Zeros(LargeRequestBytes) };

    public static StreamingOutputCallRequest Ask(int responseBytes, int requestBytes) => new()
    {
        ResponseParameters = { new ResponseParameters { Size = responseBytes } },
        Payload = Zeros(requestBytes),
    };
}
