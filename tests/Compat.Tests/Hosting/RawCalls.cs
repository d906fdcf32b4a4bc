using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>Calls to the playground, frame by frame.</summary>
public static class RawCalls
{
    public const string Say = "/koopmanmesh.playground.v1.PlaygroundService/Say";
    public const string Collect = "/koopmanmesh.playground.v1.PlaygroundService/Collect";
    public const string Count = "/koopmanmesh.playground.v1.PlaygroundService/Count";
    public const string Chat = "/koopmanmesh.playground.v1.PlaygroundService/Chat";

    /// <summary>A request that is empty, which every method takes.</summary>
    public static readonly byte[] EmptyMessage = GrpcMessage.Frame([]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<RawConnection> DialAsync(string address, RawConnectionOptions? options = null) =>
        RawConnection.ConnectAsync(new Uri(address), options, Token);

    /// <summary>What Say answers to an empty request with these headers.</summary>
    public static async Task<RawResponse> SayAsync(string address, HeaderList headers)
    {
        await using var connection = await DialAsync(address);
        return await connection.ExchangeAsync(headers, EmptyMessage);
    }

    /// <summary>What comes back for a request that is sent as a whole.</summary>
    public static async Task<RawResponse> ExchangeAsync(
        this RawConnection connection, HeaderList headers, ReadOnlyMemory<byte> body)
    {
        var stream = await connection.CallAsync(headers, body, Token);
        return await stream.ReadResponseAsync(Token);
    }

    /// <summary>Waits for the server to hang up.</summary>
    public static Task EndedAsync(this RawConnection connection) =>
        connection.Ended.WaitAsync(TimeSpan.FromMinutes(1), Token);
}
