using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>How much of the machine one call of OperatorService or StandInService may take.</summary>
internal sealed class OperatorOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Operators";

    /// <summary>
    /// Most bytes of data, as float64 delay vectors lifted to observables, that a method which cannot stream keeps in
    /// memory; at least 1 MiB. Default: 1 GiB.
    /// </summary>
    public long MaxBufferedBytes { get; set; } = 1L << 30;

    /// <summary>Most bytes of the summary that a stream is folded into; at least 1 MiB. Default: 4 GiB.</summary>
    public long MaxSummaryBytes { get; set; } = 4L << 30;

    /// <summary>
    /// Largest operator or summary file that is read into memory, in bytes; at least 1 MiB. Default: 5 GiB.
    /// </summary>
    public long MaxFileBytes { get; set; } = 5L << 30;

    /// <summary>Calls of Fit whose stream is open at once, at least 1; one more is refused. Default: 32.</summary>
    public int MaxOpenFits { get; set; } = 32;

    /// <summary>Operators computed at once, at least 1; others wait. Default: 2.</summary>
    public int MaxConcurrentFits { get; set; } = 2;
}

/// <summary>Lists everything that is wrong with <see cref="OperatorOptions"/>.</summary>
internal sealed class OperatorOptionsValidator : IValidateOptions<OperatorOptions>
{
    private const long LeastBytes = 1 << 20;

    public ValidateOptionsResult Validate(string? name, OperatorOptions options)
    {
        List<string> failures = [];
        RequireAtLeast(failures, nameof(options.MaxBufferedBytes), options.MaxBufferedBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxSummaryBytes), options.MaxSummaryBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxFileBytes), options.MaxFileBytes, LeastBytes);
        RequireAtLeast(failures, nameof(options.MaxOpenFits), options.MaxOpenFits, 1);
        RequireAtLeast(failures, nameof(options.MaxConcurrentFits), options.MaxConcurrentFits, 1);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void RequireAtLeast(List<string> failures, string name, long value, long least)
    {
        if (value < least)
        {
            failures.Add($"{OperatorOptions.SectionName}:{name} is {value}, expected at least {least}");
        }
    }
}
