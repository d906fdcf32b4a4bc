using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>
/// One channel for each address, shared by all clients. A service without an address in <see cref="MeshOptions"/> is at
/// this host's own, which is known once its server listens.
/// </summary>
public sealed class MeshChannels : IDisposable
{
    private readonly ConcurrentDictionary<Uri, Lazy<GrpcChannel>> _channels = new();
    private readonly IOptions<MeshOptions> _options;
    private readonly IOptions<HostingOptions> _hosting;
    private readonly IServiceProvider _services;
    private readonly DeadlineInterceptor _deadline;

    /// <summary>Made by the container.</summary>
    public MeshChannels(
        IOptions<MeshOptions> options, IOptions<HostingOptions> hosting, TimeProvider time, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _hosting, _services) = (options, hosting, services);
        _deadline = new DeadlineInterceptor(options.Value.UnaryDeadline, time);
    }

    /// <summary>Makes calls to a service.</summary>
    /// <exception cref="InvalidOperationException">It has no address, and this host none yet either.</exception>
    public CallInvoker InvokerFor(MeshService service) =>
        InvokerFor(_options.Value.AddressOf(service) ?? OwnAddress(service));

    /// <summary>Makes calls to whatever is at an address, e.g. one that a user gave.</summary>
    public CallInvoker InvokerFor(Uri address) => _channels
        .GetOrAdd(address, a => new Lazy<GrpcChannel>(() => Open(a)))
        .Value.CreateCallInvoker().Intercept(_deadline);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values.Where(static c => c.IsValueCreated))
        {
            channel.Value.Dispose();
        }
    }

    /// <summary>An address that a client can dial, from one that a server listens on.</summary>
    internal static Uri Dialled(string listened)
    {
        var bound = listened.Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//127.0.0.1", StringComparison.Ordinal);
        var address = new UriBuilder(bound);
        address.Host = address.Host switch
        {
            "0.0.0.0" => "127.0.0.1",
            "[::]" => "[::1]",
            var host => host,
        };
        return address.Uri;
    }

    private Uri OwnAddress(MeshService service)
    {
        var addresses = _services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses?.FirstOrDefault() is { } own
            ? Dialled(own)
            : throw new InvalidOperationException(
                $"Mesh:{service} is not set and this host's server does not listen yet, expected an address");
    }

    private GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = _hosting.Value.MaxMessageBytes,
        MaxSendMessageSize = _hosting.Value.MaxMessageBytes,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseProxy = false,
        },
    });
}
