namespace KoopmanMesh.Sidecar.Resources;

/// <summary>A retry policy of https://docs.dapr.io/operations/resiliency/policies/retries/.</summary>
internal sealed record RetryPolicy
{
    private const double Multiplier = 1.5;

    /// <summary>Without a policy a failed delivery is not tried again here.</summary>
    public static RetryPolicy None { get; } = new() { MaxRetries = 0 };

    public bool IsExponential { get; init; }

    /// <summary>Pause of a constant policy.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First and longest pause of an exponential one.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>-1: without end.</summary>
    public int MaxRetries { get; init; } = -1;

    public bool Allows(int retry) => MaxRetries < 0 || retry <= MaxRetries;

    /// <summary>Pause before the retry, counted from 1.</summary>
    public TimeSpan Pause(int retry)
    {
        if (!IsExponential)
        {
            return Duration;
        }

        var pause = InitialInterval * Math.Pow(Multiplier, Math.Min(retry - 1, 60));
        return pause < MaxInterval ? pause : MaxInterval;
    }
}
