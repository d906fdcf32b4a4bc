using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Hosting;

/// <summary>Does what the requests say, and echoes metadata: "x-…" to the headers and "t-…" to the trailers.</summary>
public sealed class Playground(PlaygroundState state) : PlaygroundService.PlaygroundServiceBase
{
    public override async Task<SayResponse> Say(SayRequest request, ServerCallContext context)
    {
        await BeginAsync(context);
        if (request.Throw)
        {
            throw new InvalidOperationException("secret");
        }

        if (request.Wait)
        {
            await WaitAsync(context);
        }

        FailIfTold(request.FailCode, request.FailMessage);
        return new SayResponse
        {
            Payload = request.ResponseSize > 0
                ? ByteString.CopyFrom(new byte[request.ResponseSize])
                : request.Payload,
        };
    }

    public override async Task<CollectResponse> Collect(
        IAsyncStreamReader<CollectRequest> requestStream, ServerCallContext context)
    {
        await BeginAsync(context);
        await state.MayRead.Task;
        var response = new CollectResponse();
        try
        {
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                state.CountRead();
                FailIfTold(request.FailCode, "told to");
                response.Messages++;
                response.Bytes += request.Payload.Length;
            }
        }
        catch (OperationCanceledException)
        {
            state.Cancelled.TrySetResult();
            throw;
        }

        return response;
    }

    public override async Task Count(
        CountRequest request, IServerStreamWriter<CountResponse> responseStream, ServerCallContext context)
    {
        await BeginAsync(context);
        var payload = ByteString.CopyFrom(new byte[request.Size]);
        try
        {
            for (var number = 0; number < request.Messages; number++)
            {
                await responseStream.WriteAsync(new CountResponse { Number = number, Payload = payload });
                state.CountWritten();
            }
        }
        finally
        {
            if (context.CancellationToken.IsCancellationRequested)
            {
                state.Cancelled.TrySetResult();
            }
        }

        if (request.Wait)
        {
            await WaitAsync(context);
        }

        FailIfTold(request.FailCode, request.FailMessage);
    }

    public override async Task Chat(
        IAsyncStreamReader<ChatRequest> requestStream,
        IServerStreamWriter<ChatResponse> responseStream,
        ServerCallContext context)
    {
        await BeginAsync(context);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            if (request.Text == "abort")
            {
                context.GetHttpContext().Abort();
            }

            await responseStream.WriteAsync(new ChatResponse { Text = request.Text }, context.CancellationToken);
        }

        await responseStream.WriteAsync(new ChatResponse { Text = "bye" }, context.CancellationToken);
    }

    private static void FailIfTold(int code, string message)
    {
        if (code != 0)
        {
            throw new RpcException(
                new Status((StatusCode)code, message), [new Metadata.Entry("why-bin", [1, 2, 255])]);
        }
    }

    private static void Copy(Metadata from, string prefix, Metadata to)
    {
        foreach (var entry in from.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            to.Add(entry);
        }
    }

    private async Task BeginAsync(ServerCallContext context)
    {
        state.Deadline = context.Deadline;
        state.Peer = context.Peer;
        state.Started.TrySetResult();
        var headers = new Metadata();
        Copy(context.RequestHeaders, "x-", headers);
        Copy(context.RequestHeaders, "t-", context.ResponseTrailers);
        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }

    private async Task WaitAsync(ServerCallContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            state.Cancelled.TrySetResult();
        }
    }
}
