using System.Globalization;
using Google.Protobuf;
using KoopmanMesh.Bench.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.Bench.Transport;

/// <summary>Calls with the product's client settings, and bare streams through a handler like its own.</summary>
internal sealed class TransportClient : IDisposable
{
    private readonly Uri _address;
    private readonly IHost _host;
    private readonly Matrix256 _matrix = new();
    private readonly HttpMessageInvoker _bare = new(new SocketsHttpHandler
    {
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = 1 << 20,
        UseProxy = false,
    });

    public TransportClient(string address)
    {
        _address = new Uri(address);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddServiceDefaults("bench");
        _host = builder.Build();
        var channels = _host.Services.GetRequiredService<MeshChannels>();
        Service = new TransportService.TransportServiceClient(channels.InvokerFor(_address));
    }

    public TransportService.TransportServiceClient Service { get; }

    public void Dispose()
    {
        _bare.Dispose();
        _host.Dispose();
    }

    public async Task SendAsync(int chunk, CancellationToken cancellationToken)
    {
        using var call = Service.Send(cancellationToken: cancellationToken);
        foreach (var frame in _matrix.Frames(chunk))
        {
            await call.RequestStream.WriteAsync(frame, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        Check((await call.ResponseAsync).Received);
    }

    public async Task ReceiveAsync(int chunk, CancellationToken cancellationToken)
    {
        using var call = Service.Receive(
            new ReceiveRequest { ChunkBytes = chunk }, cancellationToken: cancellationToken);
        Check(await _matrix.FillAsync(call.ResponseStream, cancellationToken));
    }

    public Task SendBareAsync(int chunk, CancellationToken cancellationToken) =>
        BareStreams.SendAsync(_bare, _address, _matrix, chunk, cancellationToken);

    public Task ReceiveBareAsync(int chunk, CancellationToken cancellationToken) =>
        BareStreams.ReceiveAsync(_bare, _address, _matrix, chunk, cancellationToken);

    /// <summary>A message of 64 bytes there and back.</summary>
    public async Task EchoAsync(CancellationToken cancellationToken)
    {
        using var call = Service.EchoAsync(EchoOf64, cancellationToken: cancellationToken);
        await call.ResponseAsync;
    }

    private static EchoRequest EchoOf64 { get; } = new() { Data = ByteString.CopyFrom(new byte[64]) };

    private static void Check(long bytes)
    {
        if (bytes != Matrix256.ByteLength)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{bytes} of {Matrix256.ByteLength} bytes came"));
        }
    }
}
