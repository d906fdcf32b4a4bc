using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>How long artifacts are kept.</summary>
public sealed class ArtifactCollectionOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "State";

    /// <summary>Default of <see cref="CollectInterval"/>: 1 h.</summary>
    public static readonly TimeSpan DefaultCollectInterval = TimeSpan.FromHours(1);

    /// <summary>
    /// Artifacts that were not used for this long, and that no run refers to which has not ended or ended within it,
    /// are deleted; 1 day or more. Default: 0, which keeps everything.
    /// </summary>
    public TimeSpan ArtifactRetention { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// How often such artifacts are looked for, 1 minute or more; what was found is deleted an interval later, if
    /// nobody has asked for it meanwhile. Default: 1 h.
    /// </summary>
    public TimeSpan CollectInterval { get; set; } = DefaultCollectInterval;
}

/// <summary>Lists everything that is wrong with <see cref="ArtifactCollectionOptions"/>.</summary>
internal sealed class ArtifactCollectionOptionsValidator : IValidateOptions<ArtifactCollectionOptions>
{
    // Much longer than any work takes from storing an artifact to telling the ledger, and than clocks differ.
    private static readonly TimeSpan _shortestRetention = TimeSpan.FromDays(1);
    private static readonly TimeSpan _shortestInterval = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, ArtifactCollectionOptions options)
    {
        List<string> failures = [];
        if (options.ArtifactRetention != TimeSpan.Zero && options.ArtifactRetention < _shortestRetention)
        {
            failures.Add(
                $"State:ArtifactRetention is {options.ArtifactRetention}, expected 1 day or more, or 0 for ever");
        }

        if (options.CollectInterval < _shortestInterval)
        {
            failures.Add($"State:CollectInterval is {options.CollectInterval}, expected 1 minute or more");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
