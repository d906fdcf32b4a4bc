using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Training;

/// <summary>How much of the machine TrainingService may take.</summary>
internal sealed class TrainingServiceOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Training";

    /// <summary>
    /// Most bytes of snapshots that one run keeps on disk, at least 1 MiB; older snapshots make room. Default: 8 GiB.
    /// </summary>
    public long MaxRunBytes { get; set; } = 8L << 30;

    /// <summary>
    /// Most bytes of all runs' snapshots together, at least 1 MiB; a snapshot beyond is refused. Default: 64 GiB.
    /// </summary>
    public long MaxTotalBytes { get; set; } = 64L << 30;

    /// <summary>
    /// Most bytes of what is written down about one run beside its snapshots' values: records and windows, which are
    /// kept in memory while the run is watched or read; at least 1 MiB. Default: 128 MiB.
    /// </summary>
    public long MaxJournalBytes { get; set; } = 128L << 20;

    /// <summary>Most values of a snapshot, at least 1. A forecast holds three of them as float64 in memory.
    /// Default: 100,000,000.</summary>
    public long MaxParameters { get; set; } = 100_000_000;

    /// <summary>Runs that are stored at once, at least 1; one more is refused. Default: 1000.</summary>
    public int MaxRuns { get; set; } = 1000;

    /// <summary>Calls that are open at once, at least 1; one more is refused. Default: 32.</summary>
    public int MaxOpenStreams { get; set; } = 32;

    /// <summary>Analyses computed at once, at least 1; others wait. Default: 2.</summary>
    public int MaxConcurrentAnalyses { get; set; } = 2;
}

/// <summary>Lists everything that is wrong with <see cref="TrainingServiceOptions"/>.</summary>
internal sealed class TrainingServiceOptionsValidator : IValidateOptions<TrainingServiceOptions>
{
    private const long LeastBytes = 1 << 20;

    public ValidateOptionsResult Validate(string? name, TrainingServiceOptions options)
    {
        List<string> failures = [];
        RequireAtLeast(failures, nameof(options.MaxRunBytes), options.MaxRunBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxTotalBytes), options.MaxTotalBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxJournalBytes), options.MaxJournalBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxParameters), options.MaxParameters, 1);
        RequireAtLeast(failures, nameof(options.MaxRuns), options.MaxRuns, 1);
        RequireAtLeast(failures, nameof(options.MaxOpenStreams), options.MaxOpenStreams, 1);
        RequireAtLeast(failures, nameof(options.MaxConcurrentAnalyses), options.MaxConcurrentAnalyses, 1);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void RequireAtLeast(List<string> failures, string name, long value, long least)
    {
        if (value < least)
        {
            failures.Add($"{TrainingServiceOptions.SectionName}:{name} is {value}, expected at least {least}");
        }
    }
}
