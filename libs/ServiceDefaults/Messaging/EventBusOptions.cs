using KoopmanMesh.Contracts.Events;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>Settings of the event bus.</summary>
public sealed class EventBusOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "EventBus";

    /// <summary>Default of <see cref="PubSub"/>.</summary>
    public const string DefaultPubSub = "koopmanmesh-pubsub";

    /// <summary>Default of <see cref="MaxEventBytes"/>: 64 KiB.</summary>
    public const int DefaultMaxEventBytes = 64 << 10;

    /// <summary>What carries events. Default: queues in this process.</summary>
    public EventBusKind Kind { get; set; }

    /// <summary>
    /// The Dapr component of type pubsub that carries events, with <see cref="EventBusKind.Dapr"/>. Default:
    /// koopmanmesh-pubsub.
    /// </summary>
    public string PubSub { get; set; } = DefaultPubSub;

    /// <summary>
    /// Topic of events that no attempt could deliver, with <see cref="EventBusKind.Dapr"/>; empty for none, and then
    /// the broker forgets them or tries for ever. Default: <see cref="Topics.DeadLetter"/>.
    /// </summary>
    public string DeadLetterTopic { get; set; } = Topics.DeadLetter;

    /// <summary>
    /// How long the sidecar is tried before an event counts as unpublished, with <see cref="EventBusKind.Dapr"/>; 10 ms
    /// to 5 min. Reconciliation publishes it again. Default: 10 s.
    /// </summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Largest event that is taken from the sidecar, in bytes, 1 KiB to 4 MiB; a larger one is a dead letter. Default:
    /// 64 KiB.
    /// </summary>
    public int MaxEventBytes { get; set; } = DefaultMaxEventBytes;

    /// <summary>
    /// Events that one subscription queues before publishers wait, or that wait for a place after the sidecar delivered
    /// them; at least 1. Default: 256.
    /// </summary>
    public int QueueCapacity { get; set; } = 256;

    /// <summary>
    /// Attempts at a handler whose failure is "unavailable"; at least 1, which disables retries. Default: 3.
    /// </summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Pause before the second attempt; doubles with each further one. Default: 200 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a stopping host waits for queued and running deliveries before it cancels them; 0 cancels at once.
    /// Default: 5 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Lists everything that is wrong with <see cref="EventBusOptions"/>.</summary>
internal sealed class EventBusOptionsValidator : IValidateOptions<EventBusOptions>
{
    private const int LeastEventBytes = 1 << 10;
    private const int MostEventBytes = 4 << 20;
    private static readonly TimeSpan _shortestPublish = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestPublish = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, EventBusOptions options)
    {
        List<string> failures = [];
        if (options.QueueCapacity < 1)
        {
            failures.Add($"EventBus:QueueCapacity is {options.QueueCapacity}, expected at least 1");
        }

        if (options.MaxAttempts < 1)
        {
            failures.Add($"EventBus:MaxAttempts is {options.MaxAttempts}, expected at least 1");
        }

        if (options.RetryDelay < TimeSpan.Zero)
        {
            failures.Add($"EventBus:RetryDelay is {options.RetryDelay}, expected 0 or more");
        }

        if (options.DrainTimeout < TimeSpan.Zero)
        {
            failures.Add($"EventBus:DrainTimeout is {options.DrainTimeout}, expected 0 or more");
        }

        CheckSidecar(failures, options);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckSidecar(List<string> failures, EventBusOptions options)
    {
        if (!Enum.IsDefined(options.Kind))
        {
            failures.Add($"EventBus:Kind is {options.Kind}, expected InProcess or Dapr");
        }

        if (string.IsNullOrWhiteSpace(options.PubSub))
        {
            failures.Add("EventBus:PubSub is empty, expected the name of a Dapr component");
        }

        if (options.PublishTimeout < _shortestPublish || options.PublishTimeout > _longestPublish)
        {
            failures.Add($"EventBus:PublishTimeout is {options.PublishTimeout}, expected 10 ms to 5 min");
        }

        if (options.MaxEventBytes is < LeastEventBytes or > MostEventBytes)
        {
            failures.Add(
                $"EventBus:MaxEventBytes is {options.MaxEventBytes}, expected {LeastEventBytes} to {MostEventBytes}");
        }
    }
}
