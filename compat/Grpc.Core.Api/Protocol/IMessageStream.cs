namespace Grpc.Core.Protocol;

/// <summary>A reader that can be awaited without a task for each message, by those who know it can.</summary>
internal interface IMessageStream
{
    /// <summary>As <see cref="IAsyncStreamReader{T}.MoveNext" />.</summary>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);
}
