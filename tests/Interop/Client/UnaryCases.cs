using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>One request, one response.</summary>
internal static class UnaryCases
{
    public static async Task EmptyUnaryAsync(InteropSession session)
    {
        using var call = session.Client.EmptyCallAsync(new Empty(), cancellationToken: session.Token);
        Expect.Equal(new Empty(), await call, "The response");
    }

    public static async Task LargeUnaryAsync(InteropSession session)
    {
        using var call = session.Client.UnaryCallAsync(Payloads.LargeRequest(), cancellationToken: session.Token);
        Expect.Zeros(Payloads.LargeResponseBytes, (await call).Payload);
    }
}
