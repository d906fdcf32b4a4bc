namespace KoopmanMesh.Interop.Client;

/// <summary>How long rpc_soak and channel_soak go on, and what they forgive.</summary>
internal sealed record SoakOptions
{
    public const int DefaultIterations = 10;
    public const int DefaultMaxFailures = 0;
    public const int DefaultMaxLatencyMilliseconds = 1000;
    public const int DefaultThreads = 1;

    /// <summary>Calls of each thread.</summary>
    public int Iterations { get; init; } = DefaultIterations;

    /// <summary>Calls that may fail or be too slow before the case fails.</summary>
    public int MaxFailures { get; init; } = DefaultMaxFailures;

    /// <summary>A slower call counts as failed.</summary>
    public TimeSpan MaxLatency { get; init; } = TimeSpan.FromMilliseconds(DefaultMaxLatencyMilliseconds);

    /// <summary>Least time from the start of a call to the start of the next.</summary>
    public TimeSpan MinTimeBetweenCalls { get; init; }

    /// <summary>The case fails if it takes longer; null for iterations times latency.</summary>
    public TimeSpan? OverallTimeout { get; init; }

    public int RequestBytes { get; init; } = Payloads.LargeRequestBytes;

    public int ResponseBytes { get; init; } = Payloads.LargeResponseBytes;

    /// <summary>Threads that make calls side by side.</summary>
    public int Threads { get; init; } = DefaultThreads;
}
