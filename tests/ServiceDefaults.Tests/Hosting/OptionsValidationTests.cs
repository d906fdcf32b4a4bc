using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Messaging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

public sealed class OptionsValidationTests
{
    [Fact]
    public void Defaults_OfEveryOptions_AreValid()
    {
        Assert.True(new StateOptionsValidator().Validate(null, new StateOptions { Root = "/state" }).Succeeded);
        Assert.True(new EventBusOptionsValidator().Validate(null, new EventBusOptions()).Succeeded);
        Assert.True(new HostingOptionsValidator().Validate(null, new HostingOptions()).Succeeded);
    }

    [Fact]
    public void State_WithEverythingWrong_ListsEveryFailure()
    {
        var options = new StateOptions
        {
            Root = " ",
            MaxArtifactBytes = 0,
            ProgressPersistence = -TimeSpan.FromSeconds(1),
            WatchInterval = -TimeSpan.FromSeconds(1),
        };

        Assert.Equal(
            [
                "State:Root is empty and there is no user data folder, expected a folder",
                "State:MaxArtifactBytes is 0, expected at least 1 byte",
                "State:ProgressPersistence is -00:00:01, expected 0 or more",
                "State:WatchInterval is -00:00:01, expected 0 or more",
            ],
            Failures(new StateOptionsValidator().Validate(null, options)));
    }

    [Fact]
    public void EventBus_WithEverythingWrong_ListsEveryFailure()
    {
        var options = new EventBusOptions
        {
            QueueCapacity = 0,
            MaxAttempts = 0,
            RetryDelay = -TimeSpan.FromSeconds(1),
            DrainTimeout = -TimeSpan.FromSeconds(1),
        };

        Assert.Equal(4, Failures(new EventBusOptionsValidator().Validate(null, options)).Count());
    }

    [Fact]
    public void Hosting_WithEverythingWrong_ListsEveryFailure()
    {
        var options = new HostingOptions { MaxMessageBytes = 65_536, ShutdownTimeout = TimeSpan.Zero };

        Assert.Equal(
            [
                "Hosting:MaxMessageBytes is 65536, expected at least 131072 bytes",
                "Hosting:ShutdownTimeout is 00:00:00, expected more than 0",
            ],
            Failures(new HostingOptionsValidator().Validate(null, options)));
    }

    private static IEnumerable<string> Failures(ValidateOptionsResult result) => result.Failures ?? [];
}
