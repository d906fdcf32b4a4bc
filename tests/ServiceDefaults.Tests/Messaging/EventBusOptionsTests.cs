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
        string[] names =
        [
            "DrainTimeout", "Kind", "MaxAttempts", "MaxEventBytes", "PubSub", "PublishTimeout", "QueueCapacity",
            "RetryDelay",
        ];
        Assert.Equal(names, result.Failures!.Select(static f => f.Split(':', ' ')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_AreValid() =>
        Assert.True(new EventBusOptionsValidator().Validate(null, new EventBusOptions()).Succeeded);
}
