using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Playground.V1;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>Channels to targets that have several addresses.</summary>
internal static class Targets
{
    /// <summary>A channel's options whose static:/// targets have these addresses, tried again after moments.</summary>
    public static GrpcChannelOptions Options(
        IEnumerable<BalancerAddress> addresses, LoadBalancingConfig balancing, RetryPolicy? retry = null) =>
        new()
        {
            Credentials = ChannelCredentials.Insecure,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(20),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(100),
            ServiceConfig = Config(retry, balancing),
            ServiceProvider = new ServiceCollection()
                .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses))
                .BuildServiceProvider(),
        };

    public static GrpcChannelOptions Options(params IEnumerable<ScriptedServer> servers) =>
        Options(servers.Select(At), new RoundRobinConfig());

    public static GrpcChannel Open(GrpcChannelOptions options, string name = "servers.test") =>
        GrpcChannel.ForAddress($"static:///{name}", options);

    public static BalancerAddress At(ScriptedServer server) => new("127.0.0.1", server.Port);

    public static ServiceConfig Config(RetryPolicy? retry, LoadBalancingConfig? balancing = null)
    {
        var config = new ServiceConfig();
        if (balancing is not null)
        {
            config.LoadBalancingConfigs.Add(balancing);
        }

        if (retry is not null)
        {
            config.MethodConfigs.Add(new MethodConfig { Names = { MethodName.Default }, RetryPolicy = retry });
        }

        return config;
    }

    /// <summary>UNAVAILABLE again, after moments.</summary>
    public static RetryPolicy Retry(int attempts = 5) => new()
    {
        MaxAttempts = attempts,
        InitialBackoff = TimeSpan.FromMilliseconds(1),
        MaxBackoff = TimeSpan.FromMilliseconds(20),
        BackoffMultiplier = 2,
        RetryableStatusCodes = { StatusCode.Unavailable },
    };

    public static async Task SayAsync(GrpcChannel channel, CallOptions options)
    {
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).SayAsync(new SayRequest(), options);
        await call;
    }

    /// <summary>A port that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
