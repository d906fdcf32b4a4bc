using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>
/// One channel for each address or name, shared by all clients. A service without an address in
/// <see cref="MeshOptions"/> is at this host's own, which is known once its server listens.
/// </summary>
public sealed class MeshChannels : IDisposable
{
    /// <summary>Scheme of names whose every address takes calls: dns:///host:port.</summary>
    internal const string DnsScheme = "dns";

    private static readonly TimeSpan _firstReconnect = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longestReconnect = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Uri, Lazy<GrpcChannel>> _channels = new();
    private readonly IOptions<MeshOptions> _options;
    private readonly IOptions<HostingOptions> _hosting;
    private readonly IServiceProvider _services;
    private readonly DeadlineInterceptor _deadline;
    private readonly ServiceConfig _serviceConfig;
    private readonly MeshSecurity _security;

    /// <summary>Made by the container.</summary>
    public MeshChannels(
        IOptions<MeshOptions> options, IOptions<HostingOptions> hosting, TimeProvider time, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _hosting, _services) = (options, hosting, services);
        _deadline = new DeadlineInterceptor(options.Value.UnaryDeadline, options.Value.StreamDeadline, time);
        _security = services.GetRequiredService<MeshSecurity>();
        _serviceConfig = MeshServiceConfig.Create(options.Value.MaxAttempts);
    }

    // A name doesn't tell whether its servers speak TLS, nor does a list of them.
    private ChannelCredentials CredentialsOfNames =>
        _options.Value.DnsTls ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;

    /// <summary>Makes calls to a service.</summary>
    /// <exception cref="InvalidOperationException">It has no address, and this host none yet either.</exception>
    public CallInvoker InvokerFor(MeshService service) =>
        InvokerFor(_options.Value.AddressOf(service) ?? OwnAddress(service));

    /// <summary>Makes calls to whatever is at an address, e.g. one that a user gave.</summary>
    public CallInvoker InvokerFor(Uri address)
    {
        var channel = _channels.GetOrAdd(address, a => new Lazy<GrpcChannel>(() => Open(a))).Value;
        var invoker = _security.Authorize(address, IsEncrypted(address), channel.CreateCallInvoker());
        return new LendingCallInvoker(invoker.Intercept(_deadline));
    }

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
        if (_security.OwnAddress is { } port)
        {
            return port;
        }

        var addresses = _services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses?.FirstOrDefault() is { } own
            ? Dialled(own)
            : throw new InvalidOperationException(
                $"Mesh:{service} is not set and this host's server does not listen yet, expected an address");
    }

    private bool IsEncrypted(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (IsSeveral(address) && _options.Value.DnsTls);

    private static bool IsSeveral(Uri address) => address.Scheme is DnsScheme or StaticAddresses.Scheme;

    private GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = _hosting.Value.MaxMessageBytes,
        MaxSendMessageSize = _hosting.Value.MaxMessageBytes,
        ServiceConfig = _serviceConfig,
        ServiceProvider = _services,
        Credentials = IsSeveral(address) ? CredentialsOfNames : null,

        // A replica that was restarted is wanted back soon; what nobody answers at costs a packet a few seconds.
        InitialReconnectBackoff = _firstReconnect,
        MaxReconnectBackoff = _longestReconnect,
        DisposeHttpClient = true,
        HttpHandler = CreateHandler(),
    });

    private SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            KeepAlivePingDelay =
                _options.Value.KeepAliveDelay is { Ticks: > 0 } delay ? delay : Timeout.InfiniteTimeSpan,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingTimeout = _options.Value.KeepAliveTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseProxy = false,
        };
        _security.Configure(handler);
        return handler;
    }
}
