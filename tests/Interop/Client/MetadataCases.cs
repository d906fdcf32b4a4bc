using Grpc.Core;

namespace KoopmanMesh.Interop.Client;

/// <summary>Metadata there and back.</summary>
internal static class MetadataCases
{
    private const string InitialKey = "x-grpc-test-echo-initial";
    private const string InitialValue = "test_initial_metadata_value";
    private const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    private static readonly byte[] _trailingValue = [0xab, 0xab, 0xab];

    private static Metadata Sent => new() { { InitialKey, InitialValue }, { TrailingKey, _trailingValue } };

    public static async Task CustomMetadataAsync(InteropSession session)
    {
        using var unary = session.Client.UnaryCallAsync(
            Payloads.LargeRequest(), Sent, cancellationToken: session.Token);
        Expect.Zeros(Payloads.LargeResponseBytes, (await unary).Payload);
        Check(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = session.Client.FullDuplexCall(Sent, cancellationToken: session.Token);
        await duplex.RequestStream.WriteAsync(
            Payloads.Ask(Payloads.LargeResponseBytes, Payloads.LargeRequestBytes), session.Token);
        await duplex.RequestStream.CompleteAsync();
        await StreamingCases.ReadAsync(duplex.ResponseStream, [Payloads.LargeResponseBytes], session.Token);
        Check(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private static void Check(Metadata headers, Metadata trailers)
    {
        Expect.Equal(InitialValue, headers.GetValue(InitialKey), $"The header {InitialKey}");
        Expect.Equal(
            Convert.ToHexString(_trailingValue),
            Convert.ToHexString(trailers.GetValueBytes(TrailingKey) ?? []),
            $"The trailer {TrailingKey}");
    }
}
