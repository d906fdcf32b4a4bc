using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>Settings of the in-process event bus.</summary>
public sealed class EventBusOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "EventBus";

    /// <summary>Events that one subscription queues before publishers wait; at least 1. Default: 256.</summary>
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

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
