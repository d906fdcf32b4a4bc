using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.FunctionalTests.Bounds;

/// <summary>Calls of BoundService over a real socket.</summary>
internal sealed class BoundCalls(Uri address) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);

    public BoundService.BoundServiceClient Client => new(_channel);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    public static IEnumerable<TensorFrame> Cube(double lower, double upper, int features = PlantedPair.Features) =>
        Frames("lower", [.. Enumerable.Repeat(lower, features)])
            .Concat(Frames("upper", [.. Enumerable.Repeat(upper, features)]));

    public static IEnumerable<TensorFrame> Frames(string name, double[] values) =>
        TensorCodec.Frames<double>(name, values, values.Length);

    public async Task<BoundLadder> BoundAsync(params IEnumerable<BoundHybridRequest> requests)
    {
        using var call = Client.BoundHybrid(cancellationToken: Token);
        await WriteAsync(call.RequestStream, requests);
        return (await call.ResponseAsync).Bounds;
    }

    public async Task<CountUnstableResponse> CountAsync(ArtifactRef model, IEnumerable<TensorFrame> box)
    {
        using var call = Client.CountUnstable(cancellationToken: Token);
        await WriteAsync(
            call.RequestStream,
            [new() { Model = model }, .. box.Select(frame => new CountUnstableRequest { Tensor = frame })]);
        return await call.ResponseAsync;
    }

    public async Task<List<SearchBoxResponse>> SearchAsync(SearchHeader header, IEnumerable<TensorFrame> box)
    {
        using var call = Client.SearchBox(cancellationToken: Token);
        await WriteAsync(
            call.RequestStream,
            [new() { Header = header }, .. box.Select(frame => new SearchBoxRequest { Tensor = frame })]);
        var reports = new List<SearchBoxResponse>();
        while (await call.ResponseStream.MoveNext(Token))
        {
            reports.Add(call.ResponseStream.Current);
        }

        return reports;
    }

    public static ByteString Floats(params float[] values) => TensorCodec.Bytes<float>(values);

    private static async Task WriteAsync<T>(IClientStreamWriter<T> stream, IEnumerable<T> messages)
    {
        try
        {
            foreach (var message in messages)
            {
                await stream.WriteAsync(message, Token);
            }

            await stream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The service answered before it had read everything; the answer says why.
        }
    }
}
