namespace Grpc.Core;

/// <summary>Sends messages, one at a time.</summary>
/// <typeparam name="T">Message type.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Flags of the messages to come; null for the call's own.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends a message; completes when the transport has room for it.</summary>
    Task WriteAsync(T message);

    /// <summary>Sends a message; completes when the transport has room for it.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException("This stream writer can't cancel a single write.");
        }

        return WriteAsync(message);
    }
}

/// <summary>The server's responses.</summary>
/// <typeparam name="T">Message type.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}

/// <summary>The client's requests.</summary>
/// <typeparam name="T">Message type.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the request stream; the responses may go on.</summary>
    Task CompleteAsync();
}
