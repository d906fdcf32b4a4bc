using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client;

/// <summary>
/// The budget that a channel's repeated calls draw from, so that they don't bury a server that is down.
/// </summary>
internal sealed class RetryThrottle
{
    private readonly Lock _gate = new();
    private readonly int _maxTokens;
    private readonly double _tokenRatio;
    private double _tokens;

    public RetryThrottle(RetryThrottlingPolicy policy)
    {
        if (policy is not { MaxTokens: > 0, TokenRatio: > 0 })
        {
            throw new InvalidOperationException(
                $"A retry throttling policy has MaxTokens {policy.MaxTokens} and TokenRatio {policy.TokenRatio}; " +
                "expected both above 0.");
        }

        (_maxTokens, _tokenRatio) = (policy.MaxTokens.Value, policy.TokenRatio.Value);
        _tokens = _maxTokens;
    }

    public void Succeed()
    {
        lock (_gate)
        {
            _tokens = Math.Min(_tokens + _tokenRatio, _maxTokens);
        }
    }

    /// <summary>Counts a failure; whether it may be repeated.</summary>
    public bool Fail()
    {
        lock (_gate)
        {
            _tokens = Math.Max(_tokens - 1, 0);
            return _tokens > _maxTokens / 2.0;
        }
    }
}
