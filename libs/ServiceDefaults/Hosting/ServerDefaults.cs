using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>What the server, gRPC and the host itself are told, from one place.</summary>
internal sealed class ServerDefaults(IOptions<HostingOptions> options)
    : IConfigureOptions<KestrelServerOptions>, IConfigureOptions<GrpcServiceOptions>, IConfigureOptions<HostOptions>
{
    // As much of a stream as may be under way: some chunks, so that a sender on the same machine never waits for an
    // acknowledgement, and little enough that a slow reader holds its writer.
    private const int StreamWindow = 1 << 20;
    private const int ConnectionWindow = 8 << 20;

    public void Configure(KestrelServerOptions options)
    {
        // Without TLS there is no negotiation, so a port has to be one or the other.
        options.ConfigureEndpointDefaults(static e => e.Protocols = HttpProtocols.Http2);

        // A stream of snapshots lasts as long as its run, pauses while the network computes, and has no total size.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        options.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        options.AddServerHeader = false;
    }

    public void Configure(GrpcServiceOptions grpc)
    {
        grpc.MaxReceiveMessageSize = options.Value.MaxMessageBytes;
        grpc.MaxSendMessageSize = options.Value.MaxMessageBytes;
        grpc.Interceptors.Add<ErrorInterceptor>();
    }

    public void Configure(HostOptions host) =>
        host.ShutdownTimeout = options.Value.DrainDelay + options.Value.ShutdownTimeout;
}
