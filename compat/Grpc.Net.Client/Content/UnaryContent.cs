using System.Net;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>A request body of one message. Serialises it each time it is sent, as the handler may send it twice.</summary>
internal sealed class UnaryContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{

    private readonly GrpcCall<TRequest, TResponse> _call;
    private readonly TRequest _request;

    public UnaryContent(GrpcCall<TRequest, TResponse> call, TRequest request)
    {
        _call = call;
        _request = request;
        Headers.TryAddWithoutValidation("content-type", ProtocolHeaders.ContentType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var buffer = new PooledBuffer();
        using var writer = _call.CreateWriter(buffer);
        _call.Serialize(writer, _request, _call.Options.WriteOptions);
        await stream.WriteAsync(buffer.Written, _call.CancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
