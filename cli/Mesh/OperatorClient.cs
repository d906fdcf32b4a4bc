using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>The numerics engine seen from outside: streams data in, and operators and predictions out.</summary>
internal sealed class OperatorClient(ChannelBase channel)
{
    private const int UploadChunk = 512 * 1024;

    private readonly OperatorService.OperatorServiceClient _operators = new(channel);

    /// <summary>Streams the chunks, telling the rows of each when it is sent, and waits for the fit.</summary>
    public async Task<FitResponse> FitAsync(
        FitHeader header, IEnumerable<FitChunk> chunks, Action<long> sent, CancellationToken cancellationToken)
    {
        using var call = _operators.Fit(cancellationToken: cancellationToken);
        var open = await WriteAsync(call.RequestStream, new FitRequest { Header = header }, cancellationToken);
        if (open)
        {
            foreach (var chunk in chunks)
            {
                if (!await WriteAsync(call.RequestStream, new FitRequest { Chunk = chunk }, cancellationToken))
                {
                    break;
                }

                sent(chunk.Rows);
            }
        }

        return await AnswerAsync(call.RequestStream, () => call.ResponseAsync);
    }

    /// <summary>Writes the file of an operator.</summary>
    public async Task DownloadAsync(string operatorId, Stream destination, CancellationToken cancellationToken)
    {
        using var call = _operators.GetOperator(
            new GetOperatorRequest { OperatorId = operatorId }, cancellationToken: cancellationToken);
        await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            await destination.WriteAsync(part.OperatorFile.Memory, cancellationToken);
        }
    }

    /// <summary>
    /// Uploads an operator file and what to start from; then takes the raw float64 states as they come.
    /// </summary>
    public async Task PredictAsync(
        FileStream operatorFile, long steps, IEnumerable<TensorFrame> tensors, Action<ByteString> states,
        CancellationToken cancellationToken)
    {
        using var call = _operators.Predict(cancellationToken: cancellationToken);
        var requests = Requests(operatorFile, steps, tensors).GetEnumerator();
        while (requests.MoveNext() && await WriteAsync(call.RequestStream, requests.Current, cancellationToken))
        {
        }

        var answers = await AnswerAsync(
            call.RequestStream, () => Task.FromResult(call.ResponseStream.ReadAllAsync(cancellationToken)));
        await foreach (var response in answers)
        {
            if (response.Tensor.FrameCase == TensorFrame.FrameOneofCase.Chunk)
            {
                states(response.Tensor.Chunk.Data);
            }
        }
    }

    private static IEnumerable<PredictRequest> Requests(
        FileStream operatorFile, long steps, IEnumerable<TensorFrame> tensors)
    {
        var header = new PredictHeader { OperatorBytes = operatorFile.Length, Steps = steps };
        yield return new PredictRequest { Header = header };
        var buffer = new byte[UploadChunk];
        for (int read; (read = operatorFile.Read(buffer)) > 0;)
        {
            yield return new PredictRequest { OperatorFile = ByteString.CopyFrom(buffer, 0, read) };
        }

        foreach (var frame in tensors)
        {
            yield return new PredictRequest { Tensor = frame };
        }
    }

    // False when the server ended the call early; its status, which the response carries, says why.
    private static async Task<bool> WriteAsync<T>(
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

    private static async Task<TResponse> AnswerAsync<TRequest, TResponse>(
        IClientStreamWriter<TRequest> stream, Func<Task<TResponse>> response)
    {
        try
        {
            await stream.CompleteAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException)
        {
            // As above.
        }

        return await response();
    }
}
