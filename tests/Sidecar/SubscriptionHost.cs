using KoopmanMesh.Sidecar.Delivering;
using KoopmanMesh.Sidecar.Redis;
using KoopmanMesh.Sidecar.Resources;
using KoopmanMesh.Sidecar.Streams;

namespace KoopmanMesh.Sidecar;

/// <summary>
/// Waits for the application, learns what it subscribes to (declared in the folder of resources, or told by the
/// application) and delivers it until the end.
/// </summary>
internal sealed class SubscriptionHost(
    SidecarArguments arguments,
    ResourceSet resources,
    IReadOnlyDictionary<string, RedisPubSub> brokers,
    AppClient app,
    AppHealth health,
    ILoggerFactory logs) : BackgroundService
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    private volatile IReadOnlyList<TopicSubscription> _subscriptions = [];
    private volatile bool _isOutboundReady;
    private volatile bool _isReady;

    public IEnumerable<PubSubComponent> Components => resources.Components.Values;

    public IReadOnlyList<TopicSubscription> Subscriptions => _subscriptions;

    /// <summary>The broker was reached.</summary>
    public bool IsOutboundReady => _isOutboundReady;

    /// <summary>The application was reached, and its subscriptions are served.</summary>
    public bool IsReady => _isReady;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var broker in brokers.Values)
        {
            await ReachAsync(broker, stoppingToken);
        }

        _isOutboundReady = true;
        _subscriptions = [.. resources.Subscriptions.Concat(await AskAsync(stoppingToken))
            .Where(s => brokers.ContainsKey(s.PubSub))
            .DistinctBy(static s => (s.PubSub, s.Topic))];
        Log.Subscribed(logs.CreateLogger<SubscriptionHost>(), arguments.AppId, _subscriptions.Count);
        _isReady = true;
        var served = brokers.Values.Select(b => ServeAsync(b, stoppingToken));
        await Task.WhenAll([health.RunAsync(stoppingToken), .. served]);
    }

    private Task ServeAsync(RedisPubSub broker, CancellationToken ct)
    {
        var retries = resources.RetryOf(broker.Component.Name);
        var deliverer = new Deliverer(app, broker, retries, logs.CreateLogger<Deliverer>());
        return broker.RunAsync(
            [
                .. _subscriptions.Where(s => s.PubSub == broker.Component.Name).Select(s => (s.Topic, Handler(s))),
            ],
            ct);

        Func<StreamMessage, CancellationToken, Task<bool>> Handler(TopicSubscription subscription) =>
            async (message, token) =>
            {
                await health.WaitAsync(token);
                return await deliverer.DeliverAsync(message, subscription, token);
            };
    }

    private static async Task ReachAsync(RedisPubSub broker, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await broker.PingAsync(ct);
                return;
            }
            catch (Exception x) when (x is IOException or RedisException)
            {
                await Task.Delay(_poll, ct);
            }
        }
    }

    private async Task<IReadOnlyList<TopicSubscription>> AskAsync(CancellationToken ct)
    {
        while (arguments.AppPort > 0)
        {
            if (await app.SubscriptionsAsync(ct) is { } subscriptions)
            {
                return subscriptions;
            }

            await Task.Delay(_poll, ct);
        }

        return [];
    }
}
