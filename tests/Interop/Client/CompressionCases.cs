using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>
/// Compressed messages each way. A client doesn't see the flags of messages; the tests read them on the wire.
/// </summary>
internal static class CompressionCases
{
    private static readonly BoolValue _yes = new() { Value = true };
    private static readonly BoolValue _no = new() { Value = false };

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    public static async Task ClientCompressedUnaryAsync(InteropSession session)
    {
        if (session.Options.ProbesCompression)
        {
            await Expect.FailsAsync(StatusCode.InvalidArgument, () => CallAsync(session, _yes, headers: null));
        }

        await CallAsync(session, _yes, Gzip);
        await CallAsync(session, _no, headers: null);
    }

    public static async Task ClientCompressedStreamingAsync(InteropSession session)
    {
        if (session.Options.ProbesCompression)
        {
            await Expect.FailsAsync(StatusCode.InvalidArgument, () => ProbeStreamingAsync(session));
        }

        using var call = session.Client.StreamingInputCall(Gzip, cancellationToken: session.Token);
        await call.RequestStream.WriteAsync(Input(27182, _yes), session.Token);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(Input(45904, _no), session.Token);
        await call.RequestStream.CompleteAsync();
        Expect.Equal(73086, (await call).AggregatedPayloadSize, "The aggregated payload size");
    }

    public static async Task ServerCompressedUnaryAsync(InteropSession session)
    {
        foreach (var compressed in new[] { _yes, _no })
        {
            var request = Payloads.LargeRequest();
            request.ResponseCompressed = compressed;
            using var call = session.Client.UnaryCallAsync(request, cancellationToken: session.Token);
            Expect.Zeros(Payloads.LargeResponseBytes, (await call).Payload);
        }
    }

    public static async Task ServerCompressedStreamingAsync(InteropSession session)
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Size = 31415, Compressed = _yes },
                new ResponseParameters { Size = 92653, Compressed = _no },
            },
        };
        using var call = session.Client.StreamingOutputCall(request, cancellationToken: session.Token);
        await StreamingCases.ReadAsync(call.ResponseStream, [31415, 92653], session.Token);
    }

    private static async Task CallAsync(InteropSession session, BoolValue expectCompressed, Metadata? headers)
    {
        var request = Payloads.LargeRequest();
        request.ExpectCompressed = expectCompressed;
        using var call = session.Client.UnaryCallAsync(request, headers, cancellationToken: session.Token);
        Expect.Zeros(Payloads.LargeResponseBytes, (await call).Payload);
    }

    private static async Task ProbeStreamingAsync(InteropSession session)
    {
        using var call = session.Client.StreamingInputCall(cancellationToken: session.Token);
        await call.RequestStream.WriteAsync(Input(27182, _yes), session.Token);
        await call.RequestStream.CompleteAsync();
        await call;
    }

    private static StreamingInputCallRequest Input(int size, BoolValue expectCompressed) =>
        new() { Payload = Payloads.Zeros(size), ExpectCompressed = expectCompressed };
}
