using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Server;

/// <summary>
/// The server of the published interop test. CacheableUnaryCall and UnimplementedCall stay as the generated base has
/// them: UNIMPLEMENTED.
/// </summary>
internal sealed class InteropTestService : TestService.TestServiceBase
{
    /// <summary>Largest payload a request may ask for, in bytes; twice what a client takes by default.</summary>
    internal const int MaxPayloadBytes = 8 * 1024 * 1024;

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        await EchoedMetadata.EchoAsync(context, MessageCompression.IsAsked(request.ResponseCompressed));
        MessageCompression.Check(request.ExpectCompressed, context);
        ThrowIfAskedTo(request.ResponseStatus);
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoedMetadata.EchoAsync(
            context, request.ResponseParameters.Any(asked => MessageCompression.IsAsked(asked.Compressed)));
        await AnswerAsync(request, responseStream, context.CancellationToken);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await EchoedMetadata.EchoAsync(context);
        var response = new StreamingInputCallResponse();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            MessageCompression.Check(request.ExpectCompressed, context);
            response.AggregatedPayloadSize += request.Payload?.Body.Length ?? 0;
        }

        return response;
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoedMetadata.EchoAsync(context);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await AnswerAsync(request, responseStream, context.CancellationToken);
        }
    }

    public override async Task HalfDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoedMetadata.EchoAsync(context);
        // What the requests carry beside the responses they ask for isn't kept.
        var all = new StreamingOutputCallRequest();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            ThrowIfAskedTo(request.ResponseStatus);
            all.ResponseParameters.Add(request.ResponseParameters);
        }

        await AnswerAsync(all, responseStream, context.CancellationToken);
    }

    private static async Task AnswerAsync(
        StreamingOutputCallRequest request,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        CancellationToken cancellationToken)
    {
        ThrowIfAskedTo(request.ResponseStatus);
        foreach (var asked in request.ResponseParameters)
        {
            if (asked.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(asked.IntervalUs), cancellationToken);
            }

            responseStream.WriteOptions = MessageCompression.Choose(asked.Compressed);
            var response = new StreamingOutputCallResponse { Payload = Zeros(asked.Size) };
            await responseStream.WriteAsync(response, cancellationToken);
        }
    }

    private static void ThrowIfAskedTo(EchoStatus? status)
    {
        if (status is not null && status.Code != (int)StatusCode.OK)
        {
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
        }
    }

    private static Payload Zeros(int size) => size is >= 0 and <= MaxPayloadBytes
        ? new Payload { Body = ByteString.CopyFrom(new byte[size]) }
        : throw new RpcException(new Status(
            StatusCode.InvalidArgument,
            $"A payload of {size} bytes was asked for; this server makes 0 to {MaxPayloadBytes}."));
}
