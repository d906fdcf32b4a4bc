using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using KoopmanMesh.Bench.V1;
using KoopmanMesh.Contracts.Tensors;

namespace KoopmanMesh.Bench.Transport;

/// <summary>
/// A thousand streams at once, every other one each way, a tenth of either read a chunk a second; checks every byte
/// that it reads and that the server got as many as were sent.
/// </summary>
internal sealed class SoakClient(TransportClient client, TimeSpan duration)
{
    public const int Streams = 1000;
    public const int SlowEvery = 10;
    public const int PauseMilliseconds = 1000;

    private long _bytes;

    /// <summary>Prints the bytes that went through, once every stream has ended well.</summary>
    public static async Task ChildAsync(string address, string seconds)
    {
        using var client = new TransportClient(address);
        var soak = new SoakClient(client, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(soak.StreamAsync));
        Console.WriteLine(soak._bytes);
    }

    // Every tenth of either direction: 0, 1, 20, 21, 40, 41...
    private Task StreamAsync(int index)
    {
        var pause = index / 2 % SlowEvery == 0 ? PauseMilliseconds : 0;
        return index % 2 == 0 ? SendAsync((byte)index, pause) : ReceiveAsync((byte)index, pause);
    }

    private async Task SendAsync(byte value, int pause)
    {
        var headers = new Metadata { { TransportGrpcService.PauseHeader, $"{pause}" } };
        using var call = client.Service.Take(headers);
        var (frame, sent) = (TransportGrpcService.Chunk(value), 0L);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration; sent += TensorCodec.ChunkBytes)
        {
            await call.RequestStream.WriteAsync(frame);
        }

        await call.RequestStream.CompleteAsync();
        var received = (await call.ResponseAsync).Received;
        Interlocked.Add(ref _bytes, received);
        if (received != sent)
        {
            throw new InvalidOperationException($"the server got {received} of {sent} bytes");
        }
    }

    private async Task ReceiveAsync(byte value, int pause)
    {
        using var call = client.Service.Give(
            new GiveRequest { Duration = (int)duration.TotalMilliseconds, Value = value });
        Interlocked.Add(
            ref _bytes, await TransportGrpcService.TakeAsync(call.ResponseStream, pause, value, CancellationToken.None));
    }
}
