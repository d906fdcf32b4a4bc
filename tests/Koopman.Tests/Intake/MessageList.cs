using Grpc.Core;

namespace KoopmanMesh.Koopman.Tests.Intake;

/// <summary>A client's stream whose messages are known beforehand.</summary>
internal sealed class MessageList<T>(params T[] messages) : IAsyncStreamReader<T>
{
    private int _next = -1;

    public T Current => messages[_next];

    public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(++_next < messages.Length);
}
