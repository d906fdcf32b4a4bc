using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client;

/// <summary>A <see cref="RetryPolicy" /> that was found to be complete.</summary>
internal sealed record RetrySettings(
    int MaxAttempts,
    TimeSpan InitialBackoff,
    TimeSpan MaxBackoff,
    double BackoffMultiplier,
    IReadOnlySet<StatusCode> RetryableStatusCodes)
{
    public static RetrySettings From(RetryPolicy policy, int? attemptsLimit)
    {
        if (policy is not
            {
                MaxAttempts: > 1,
                InitialBackoff: { Ticks: > 0 } initial,
                MaxBackoff: { Ticks: > 0 } longest,
                BackoffMultiplier: > 0,
                RetryableStatusCodes.Count: > 0,
            })
        {
            throw new InvalidOperationException(
                $"A retry policy has MaxAttempts {policy.MaxAttempts}, InitialBackoff {policy.InitialBackoff}, " +
                $"MaxBackoff {policy.MaxBackoff}, BackoffMultiplier {policy.BackoffMultiplier} and " +
                $"{policy.RetryableStatusCodes.Count} retryable codes; expected more than 1 attempt, the others " +
                "above 0.");
        }

        return new RetrySettings(
            Math.Min(policy.MaxAttempts.Value, attemptsLimit ?? int.MaxValue),
            initial,
            longest,
            policy.BackoffMultiplier.Value,
            policy.RetryableStatusCodes.ToHashSet());
    }
}
