using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>Statuses that the server sends.</summary>
internal static class StatusCases
{
    private const string Message = "test status message";
    private const string SpecialMessage =
        "\t\ntest with whitespace\r\nand Unicode BMP \u263A and non-BMP \U0001F608\t\n";

    public static async Task StatusCodeAndMessageAsync(InteropSession session)
    {
        await UnaryAsync(session, Message);

        using var duplex = session.Client.FullDuplexCall(cancellationToken: session.Token);
        var exception = await Expect.FailsAsync(StatusCode.Unknown, async () =>
        {
            // The status may come before the write has returned, which then throws it.
            await duplex.RequestStream.WriteAsync(
                new StreamingOutputCallRequest { ResponseStatus = Status(Message) }, session.Token);
            await duplex.RequestStream.CompleteAsync();
            await StreamingCases.ReadAsync(duplex.ResponseStream, [], session.Token);
        });
        Expect.Equal(Message, exception.Status.Detail, "The status message");
    }

    public static Task SpecialStatusMessageAsync(InteropSession session) => UnaryAsync(session, SpecialMessage);

    public static async Task UnimplementedMethodAsync(InteropSession session)
    {
        using var call = session.Client.UnimplementedCallAsync(new Empty(), cancellationToken: session.Token);
        await Expect.FailsAsync(StatusCode.Unimplemented, () => call.ResponseAsync);
    }

    public static async Task UnimplementedServiceAsync(InteropSession session)
    {
        using var call = session.UnimplementedClient.UnimplementedCallAsync(
            new Empty(), cancellationToken: session.Token);
        await Expect.FailsAsync(StatusCode.Unimplemented, () => call.ResponseAsync);
    }

    private static async Task UnaryAsync(InteropSession session, string message)
    {
        using var call = session.Client.UnaryCallAsync(
            new SimpleRequest { ResponseStatus = Status(message) }, cancellationToken: session.Token);
        var exception = await Expect.FailsAsync(StatusCode.Unknown, () => call.ResponseAsync);
        Expect.Equal(message, exception.Status.Detail, "The status message");
    }

    private static EchoStatus Status(string message) => new() { Code = (int)StatusCode.Unknown, Message = message };
}
