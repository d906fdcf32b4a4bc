using Grpc.Core;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>
/// Streams of requests whose server may answer before it has read them all: its status, which the response carries, says
/// why.
/// </summary>
internal static class RequestStream
{
    /// <summary>Writes one message; false when the server ended the call.</summary>
    public static async Task<bool> TryWriteAsync<T>(
        IClientStreamWriter<T> stream, T message, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(message, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException)
        {
            return false;
        }
    }

    /// <summary>Writes messages until all are written or the server ended the call, and says that no more come.</summary>
    public static async Task WriteAllAsync<T>(
        IClientStreamWriter<T> stream, IEnumerable<T> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            if (!await TryWriteAsync(stream, message, cancellationToken))
            {
                return;
            }
        }

        await CompleteAsync(stream);
    }

    /// <summary>Says that no more messages come.</summary>
    public static async Task CompleteAsync<T>(IClientStreamWriter<T> stream)
    {
        try
        {
            await stream.CompleteAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException)
        {
            // As above.
        }
    }
}
