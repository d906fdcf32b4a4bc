using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging;

public sealed class EventBusOptionsTests
{
    [Fact]
    public void Validator_NamesEveryViolation()
    {
        var options = new EventBusOptions
        {
            Kind = (EventBusKind)7,
            PubSub = " ",
            PublishTimeout = TimeSpan.Zero,
            MaxEventBytes = 1,
            QueueCapacity = 0,
            MaxAttempts = 0,
            RetryDelay = TimeSpan.FromSeconds(-1),
            DrainTimeout = TimeSpan.FromSeconds(-1),
        };

        var result = new EventBusOptionsValidator().Validate(null, options);

        Assert.Equal(8, result.Failures!.Count());
        Assert.All(
            ["Kind", "PubSub", "PublishTimeout", "MaxEventBytes", "QueueCapacity", "MaxAttempts", "RetryDelay", "DrainTimeout"],
            name => Assert.Contains(result.Failures!, f => f.StartsWith($"EventBus:{name} is", StringComparison.Ordinal)));
    }

    [Fact]
    public void Defaults_AreValid() =>
        Assert.True(new EventBusOptionsValidator().Validate(null, new EventBusOptions()).Succeeded);
}
