using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Health;

/// <summary>How a host finds out whether it can serve.</summary>
public sealed class HealthOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Health";

    /// <summary>
    /// Time between two rounds of the registered health checks, at least 100 ms. Without checks a host that has started
    /// serves. Default: 5 s.
    /// </summary>
    public TimeSpan CheckPeriod { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Lists everything that is wrong with <see cref="HealthOptions"/>.</summary>
internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, HealthOptions options) =>
        options.CheckPeriod >= _shortest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Health:CheckPeriod is {options.CheckPeriod}, expected at least {_shortest}");
}
