using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>How failed calls are repeated, as gRPC's proposal A6 has it.</summary>
public sealed class RetryPolicy : ConfigObject
{
    /// <summary>Attempts in all, the first one included; required, 2 or more.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>Longest wait before the second attempt; the wait is drawn between 0 and it. Required.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    /// <summary>Longest wait before any attempt; required.</summary>
    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>What the longest wait is multiplied with after each attempt; required.</summary>
    public double? BackoffMultiplier { get; set; }

    /// <summary>The statuses that are repeated; at least one.</summary>
    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}
