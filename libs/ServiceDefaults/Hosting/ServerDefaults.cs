using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>What the server, gRPC and the host itself are told, from one place.</summary>
internal sealed class ServerDefaults(IOptions<HostingOptions> options, IOptions<LimitOptions> limits)
    : IConfigureOptions<KestrelServerOptions>, IConfigureOptions<GrpcServiceOptions>, IConfigureOptions<HostOptions>
{
    public void Configure(KestrelServerOptions options)
    {
        // A stream of snapshots lasts as long as its run, pauses while the network computes, and has no total size.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.AddServerHeader = false;
        Limit(options.Limits, limits.Value);
    }

    public void Configure(GrpcServiceOptions grpc)
    {
        grpc.MaxReceiveMessageSize = options.Value.MaxMessageBytes;
        grpc.MaxSendMessageSize = options.Value.MaxMessageBytes;
        grpc.Interceptors.Add<ErrorInterceptor>();
    }

    public void Configure(HostOptions host) =>
        host.ShutdownTimeout = options.Value.DrainDelay + options.Value.ShutdownTimeout;

    private static void Limit(KestrelServerLimits server, LimitOptions limits)
    {
        server.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
        server.Http2.InitialStreamWindowSize = limits.StreamWindowBytes;
        server.Http2.InitialConnectionWindowSize = limits.ConnectionWindowBytes;
        server.Http2.KeepAlivePingDelay = limits.PingDelay == TimeSpan.Zero ? TimeSpan.MaxValue : limits.PingDelay;
        server.Http2.KeepAlivePingTimeout = limits.PingTimeout;
        server.Http2.MaxRequestHeaderFieldSize = limits.MaxHeaderBytes;
        server.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        server.MaxRequestHeaderCount = limits.MaxHeaders;
        server.MaxResponseBufferSize = limits.ResponseBufferBytes;
        server.RequestHeadersTimeout = limits.HandshakeTimeout;
        server.KeepAliveTimeout = limits.IdleTimeout;
    }
}
