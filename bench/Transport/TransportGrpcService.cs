using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Bench.V1;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Bench.Transport;

/// <summary>The measured service.</summary>
[BindServiceMethod(typeof(TransportGrpcService), nameof(Bind))]
internal sealed class TransportGrpcService(Matrix256 matrix) : TransportService.TransportServiceBase
{
    public const string PauseHeader = "pause-ms";

    public static void Bind(ServiceBinderBase binder, TransportGrpcService? service) =>
        TransportService.BindService(new LendingBinder(binder), service);

    public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoResponse { Data = request.Data });

    public override async Task<SendResponse> Send(
        IAsyncStreamReader<TensorFrame> requestStream, ServerCallContext context) =>
        new() { Received = await matrix.FillAsync(requestStream, context.CancellationToken) };

    public override async Task Receive(
        ReceiveRequest request, IServerStreamWriter<TensorFrame> responseStream, ServerCallContext context)
    {
        foreach (var frame in matrix.Frames(request.ChunkBytes))
        {
            await responseStream.WriteAsync(frame, context.CancellationToken);
        }
    }

    public override async Task<SendResponse> Take(
        IAsyncStreamReader<TensorFrame> requestStream, ServerCallContext context)
    {
        var pause = int.Parse(context.RequestHeaders.GetValue(PauseHeader) ?? "0", CultureInfo.InvariantCulture);
        return new SendResponse { Received = await TakeAsync(requestStream, pause, null, context.CancellationToken) };
    }

    public override async Task Give(
        GiveRequest request, IServerStreamWriter<TensorFrame> responseStream, ServerCallContext context)
    {
        var frame = Chunk((byte)request.Value);
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < request.Duration;)
        {
            await responseStream.WriteAsync(frame, context.CancellationToken);
        }
    }

    /// <summary>A chunk of the usual size of one value.</summary>
    public static TensorFrame Chunk(byte value) => new()
    {
        Chunk = new TensorChunk
        {
            Data = ByteString.CopyFrom([.. Enumerable.Repeat(value, TensorCodec.ChunkBytes)]),
        },
    };

    /// <summary>
    /// Reads chunks to the end, slowly if told to, and checks their bytes against a value if one is given.
    /// </summary>
    public static async Task<long> TakeAsync(
        IAsyncStreamReader<TensorFrame> stream, int pause, byte? value, CancellationToken cancellationToken)
    {
        var taken = 0L;
        await foreach (var frame in stream.ReadLentAsync(cancellationToken))
        {
            var data = frame.Chunk.Data.Span;
            if (value is { } expected && data.ContainsAnyExcept(expected))
            {
                throw new InvalidOperationException($"a chunk after {taken} bytes isn't all {expected}");
            }

            taken += data.Length;
            if (pause > 0)
            {
                await Task.Delay(pause, cancellationToken);
            }
        }

        return taken;
    }
}
