using System.Runtime.CompilerServices;
using Grpc.Core.Protocol;

namespace Grpc.Core;

/// <summary>Reading streams with less ceremony.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Waits for the next message; false at the end of the stream.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }

    /// <summary>Every message to the end of the stream.</summary>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> streamReader,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return Read(streamReader, cancellationToken);
    }

    private static async IAsyncEnumerable<T> Read<T>(
        IAsyncStreamReader<T> streamReader,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = streamReader as IMessageStream;
        while (stream is null
            ? await streamReader.MoveNext(cancellationToken).ConfigureAwait(false)
            : await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return streamReader.Current;
        }
    }
}
