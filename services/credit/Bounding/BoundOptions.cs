using Microsoft.Extensions.Options;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>How much of the machine the calls of BoundService may take.</summary>
internal sealed class BoundOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Bounds";

    /// <summary>Largest network that is read into memory, in bytes; at least 1 MiB. Default: 2 GiB.</summary>
    public long MaxModelBytes { get; set; } = 2L << 30;

    /// <summary>Calls that are open at once, at least 1; one more is refused. Default: 16.</summary>
    public int MaxOpenCalls { get; set; } = 16;

    /// <summary>Bounds and searches computed at once, at least 1; others wait. Default: 1.</summary>
    public int MaxConcurrentCalls { get; set; } = 1;
}

/// <summary>Lists everything that is wrong with <see cref="BoundOptions"/>.</summary>
internal sealed class BoundOptionsValidator : IValidateOptions<BoundOptions>
{
    private const long LeastBytes = 1 << 20;

    public ValidateOptionsResult Validate(string? name, BoundOptions options)
    {
        List<string> failures = [];
        RequireAtLeast(failures, nameof(options.MaxModelBytes), options.MaxModelBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxOpenCalls), options.MaxOpenCalls, 1);
        RequireAtLeast(failures, nameof(options.MaxConcurrentCalls), options.MaxConcurrentCalls, 1);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void RequireAtLeast(List<string> failures, string name, long value, long least)
    {
        if (value < least)
        {
            failures.Add($"{BoundOptions.SectionName}:{name} is {value}, expected at least {least}");
        }
    }
}
