using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>The numerics engine seen from outside: streams data in, and operators and predictions out.</summary>
internal sealed class OperatorClient(CallInvoker calls)
{
    private const int UploadChunk = 512 * 1024;

    private readonly OperatorService.OperatorServiceClient _operators = new(calls);

    /// <summary>Streams the chunks, telling the rows of each when it is sent, and waits for the fit.</summary>
    public async Task<FitResponse> FitAsync(
        FitHeader header, IEnumerable<FitChunk> chunks, Action<long> sent, CancellationToken cancellationToken)
    {
        using var call = _operators.Fit(cancellationToken: cancellationToken);
        await RequestStream.WriteAllAsync(call.RequestStream, Requests(header, chunks, sent), cancellationToken);
        return await call.ResponseAsync;
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
        await RequestStream.WriteAllAsync(
            call.RequestStream, Requests(operatorFile, steps, tensors), cancellationToken);
        await foreach (var response in call.ResponseStream.ReadLentAsync(cancellationToken))
        {
            if (response.Tensor.FrameCase == TensorFrame.FrameOneofCase.Chunk)
            {
                states(response.Tensor.Chunk.Data);
            }
        }
    }

    // Each is sent before the next is asked for, so that all can be one message. A chunk is told as sent when the next is asked for.
    private static IEnumerable<FitRequest> Requests(
        FitHeader header, IEnumerable<FitChunk> chunks, Action<long> sent)
    {
        yield return new FitRequest { Header = header };
        var request = new FitRequest();
        foreach (var chunk in chunks)
        {
            request.Chunk = chunk;
            yield return request;
            sent(chunk.Rows);
        }
    }

    private static IEnumerable<PredictRequest> Requests(
        FileStream operatorFile, long steps, IEnumerable<TensorFrame> tensors)
    {
        var header = new PredictHeader { OperatorBytes = operatorFile.Length, Steps = steps };
        yield return new PredictRequest { Header = header };
        var (buffer, request) = (new byte[UploadChunk], new PredictRequest());
        for (int read; (read = operatorFile.Read(buffer)) > 0;)
        {
            request.OperatorFile = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
            yield return request;
        }

        foreach (var frame in tensors)
        {
            request.Tensor = frame;
            yield return request;
        }
    }
}
