using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>What is kept of the traces of runs for people without a collector.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Telemetry";

    /// <summary>Default of <see cref="MaxSpansPerTrace"/>: 20,000.</summary>
    public const int DefaultMaxSpansPerTrace = 20_000;

    /// <summary>Default of <see cref="TraceRetention"/>: 7 days.</summary>
    public static readonly TimeSpan DefaultTraceRetention = TimeSpan.FromDays(7);

    /// <summary>
    /// Whether the spans of runs are kept in files under traces/ of the state's folder, for <c>koopmesh trace</c>.
    /// What the sampler leaves out is not kept. Default: true.
    /// </summary>
    public bool KeepTraces { get; set; } = true;

    /// <summary>How long a trace is kept after its last span, 1 minute or more. Default: 7 days.</summary>
    public TimeSpan TraceRetention { get; set; } = DefaultTraceRetention;

    /// <summary>
    /// Spans that one process keeps of one trace, 1 to 1,000,000, about 500 bytes each; the others are counted.
    /// Default: 20,000.
    /// </summary>
    public int MaxSpansPerTrace { get; set; } = DefaultMaxSpansPerTrace;
}

/// <summary>Lists everything that is wrong with <see cref="TelemetryOptions"/>.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    private const int MostSpans = 1_000_000;
    private static readonly TimeSpan _shortestRetention = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        List<string> failures = [];
        if (options.TraceRetention < _shortestRetention)
        {
            failures.Add($"Telemetry:TraceRetention is {options.TraceRetention}, expected 1 minute or more");
        }

        if (options.MaxSpansPerTrace is < 1 or > MostSpans)
        {
            failures.Add($"Telemetry:MaxSpansPerTrace is {options.MaxSpansPerTrace}, expected 1 to {MostSpans}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
