using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>Streams either way and both ways.</summary>
internal static class StreamingCases
{
    public static async Task ClientStreamingAsync(InteropSession session)
    {
        using var call = session.Client.StreamingInputCall(cancellationToken: session.Token);
        foreach (var size in Payloads.RequestBytes)
        {
            await call.RequestStream.WriteAsync(
                new StreamingInputCallRequest { Payload = Payloads.Zeros(size) }, session.Token);
        }

        await call.RequestStream.CompleteAsync();
        Expect.Equal(74922, (await call).AggregatedPayloadSize, "The aggregated payload size");
    }

    public static async Task ServerStreamingAsync(InteropSession session)
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.Add(Payloads.ResponseBytes.Select(size => new ResponseParameters { Size = size }));
        using var call = session.Client.StreamingOutputCall(request, cancellationToken: session.Token);
        await ReadAsync(call.ResponseStream, Payloads.ResponseBytes, session.Token);
    }

    public static async Task PingPongAsync(InteropSession session)
    {
        using var call = session.Client.FullDuplexCall(cancellationToken: session.Token);
        foreach (var (requestBytes, responseBytes) in Payloads.RequestBytes.Zip(Payloads.ResponseBytes))
        {
            await call.RequestStream.WriteAsync(Payloads.Ask(responseBytes, requestBytes), session.Token);
            Expect.Equal(true, await call.ResponseStream.MoveNext(session.Token), "Whether a reply came");
            Expect.Zeros(responseBytes, call.ResponseStream.Current.Payload);
        }

        await call.RequestStream.CompleteAsync();
        Expect.Equal(false, await call.ResponseStream.MoveNext(session.Token), "Whether a fifth reply came");
    }

    public static async Task EmptyStreamAsync(InteropSession session)
    {
        using var call = session.Client.FullDuplexCall(cancellationToken: session.Token);
        await call.RequestStream.CompleteAsync();
        await ReadAsync(call.ResponseStream, [], session.Token);
    }

    /// <summary>Reads to the end: exactly these sizes, in this order.</summary>
    public static async Task ReadAsync(
        IAsyncStreamReader<StreamingOutputCallResponse> responses, int[] sizes, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var response in responses.ReadAllAsync(cancellationToken))
        {
            Expect.Equal(true, count < sizes.Length, $"Whether there are {sizes.Length} responses at most");
            Expect.Zeros(sizes[count++], response.Payload);
        }

        Expect.Equal(sizes.Length, count, "The number of responses");
    }
}
