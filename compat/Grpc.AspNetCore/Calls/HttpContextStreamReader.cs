using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Protocol;

namespace Grpc.AspNetCore.Server;

/// <summary>The requests of a streaming call, read from its body one by one.</summary>
internal sealed class HttpContextStreamReader<TRequest>(
    HttpContextServerCallContext context,
    Func<DeserializationContext, TRequest> deserializer) : IAsyncStreamReader<TRequest>, IMessageStream
    where TRequest : class
{
    private TRequest? _current;

    public TRequest Current => _current
        ?? throw new InvalidOperationException("There is no current request; call MoveNext first and heed its result.");

    public Task<bool> MoveNext(CancellationToken cancellationToken) => MoveNextAsync(cancellationToken).AsTask();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _current = null;
        if (!cancellationToken.CanBeCanceled || cancellationToken == context.CancellationToken)
        {
            _current = await context.ReadAsync(deserializer, context.CancellationToken);
        }
        else
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(
                cancellationToken, context.CancellationToken);
            _current = await context.ReadAsync(deserializer, both.Token);
        }

        return _current is not null;
    }
}
