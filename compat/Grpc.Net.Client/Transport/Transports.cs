using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client;

/// <summary>Chooses how a channel sends.</summary>
internal static class Transports
{
    /// <summary>Bytes of a response stream that may be under way unread; 1 MiB keeps a fast link busy.</summary>
    private const int StreamWindowSize = 1024 * 1024;

    /// <summary>Sends to the one address.</summary>
    public static ICallTransport Direct(GrpcChannelOptions options)
    {
        var (invoker, owned) = options switch
        {
            { HttpClient: not null, HttpHandler: not null } => throw new ArgumentException(
                "HttpClient and HttpHandler are both set; set one of them.", nameof(options)),
            { HttpClient: { } client } => (client, options.DisposeHttpClient),
            { HttpHandler: { } handler } => (new HttpMessageInvoker(handler, options.DisposeHttpClient), true),
            _ => (new HttpMessageInvoker(CreateHandler()), true),
        };
        return new DirectTransport(invoker, owned, BackoffOf(options));
    }

    /// <summary>Sends to the addresses that a name stands for.</summary>
    public static ICallTransport Balanced(Uri address, bool isSecure, GrpcChannelOptions options)
    {
        var setup = new BalancerSetup(
            FactoryOf(address.Scheme, options).Create(new ResolverOptions(address, isSecure ? 443 : 80)),
            BackoffOf(options),
            IsInTurn(options.ServiceConfig));
        var handler = options.HttpHandler ?? CreateHandler();
        var sockets = handler;
        while (sockets is DelegatingHandler { InnerHandler: { } inner })
        {
            sockets = inner;
        }

        // Connections are made one by one for each address, so the handler has to take them from here.
        return sockets is SocketsHttpHandler { ConnectCallback: null } free && options.HttpClient is null
            ? new BalancedTransport(
                free,
                new HttpMessageInvoker(handler, options.HttpHandler is null || options.DisposeHttpClient),
                setup)
            : throw new InvalidOperationException(
                $"Address \"{address}\" stands for several servers; calls to them need a SocketsHttpHandler " +
                "without a ConnectCallback in GrpcChannelOptions.HttpHandler.");
    }

    private static Backoff BackoffOf(GrpcChannelOptions options) =>
        new(options.InitialReconnectBackoff, options.MaxReconnectBackoff);

    private static ResolverFactory FactoryOf(string scheme, GrpcChannelOptions options)
    {
        var registered = options.ServiceProvider?.GetService(typeof(IEnumerable<ResolverFactory>));
        return (registered as IEnumerable<ResolverFactory> ?? [])
            .Append(new DnsResolverFactory(Timeout.InfiniteTimeSpan))
            .FirstOrDefault(factory => string.Equals(factory.Name, scheme, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException(
                $"No resolver is configured for addresses with the scheme \"{scheme}\"; " +
                "http, https and dns are known.");
    }

    private static bool IsInTurn(ServiceConfig? config)
    {
        var names = config?.LoadBalancingConfigs.Select(static way => way.PolicyName).ToList() ?? [];
        var known = names.Find(static name =>
            name is LoadBalancingConfig.RoundRobinPolicyName or LoadBalancingConfig.PickFirstPolicyName);
        return known is not null || names.Count == 0
            ? known == LoadBalancingConfig.RoundRobinPolicyName
            : throw new InvalidOperationException(
                $"No way to spread calls is known among \"{string.Join("\", \"", names)}\"; " +
                "pick_first and round_robin are.");
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = StreamWindowSize,
        UseCookies = false,
    };
}
