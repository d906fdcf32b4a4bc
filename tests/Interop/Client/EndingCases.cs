using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>Calls that the client ends: by cancelling, by its deadline.</summary>
internal static class EndingCases
{
    private static readonly TimeSpan _sleepingServerTimeout = TimeSpan.FromMilliseconds(1);

    public static async Task CancelAfterBeginAsync(InteropSession session)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(session.Token);
        using var call = session.Client.StreamingInputCall(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Expect.FailsAsync(StatusCode.Cancelled, () => call.ResponseAsync);
        Expect.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode, "The call's status");
    }

    public static async Task CancelAfterFirstResponseAsync(InteropSession session)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(session.Token);
        using var call = session.Client.FullDuplexCall(cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(Payloads.Ask(31415, 27182), session.Token);
        Expect.Equal(true, await call.ResponseStream.MoveNext(session.Token), "Whether a response came");
        Expect.Zeros(31415, call.ResponseStream.Current.Payload);

        await cancellation.CancelAsync();
        await Expect.FailsAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(session.Token));
        Expect.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode, "The call's status");
    }

    public static async Task TimeoutOnSleepingServerAsync(InteropSession session)
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + _sleepingServerTimeout;
        using var call = session.Client.FullDuplexCall(deadline: deadline, cancellationToken: session.Token);
        try
        {
            await call.RequestStream.WriteAsync(
                new StreamingOutputCallRequest { Payload = Payloads.Zeros(27182) }, session.Token);
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The deadline may pass before the request is written; the status below tells.
        }

        await Expect.FailsAsync(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext(session.Token));
    }
}
