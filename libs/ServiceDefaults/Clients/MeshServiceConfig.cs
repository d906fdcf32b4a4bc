using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>How the calls of every channel are spread and repeated.</summary>
public static class MeshServiceConfig
{
    private const double BackoffMultiplier = 2;
    private const int RetryTokens = 10;
    private const double TokensOfASuccess = 0.1;
    private static readonly TimeSpan _initialBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _maxBackoff = TimeSpan.FromSeconds(5);

    /// <summary>
    /// All addresses in turn; idempotent calls that found the service unavailable again, unless more than a tenth of
    /// the calls fail.
    /// </summary>
    /// <param name="maxAttempts">Attempts of a call, the first one included; 1 for no retries.</param>
    public static ServiceConfig Create(int maxAttempts)
    {
        var config = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
        if (maxAttempts <= 1)
        {
            return config;
        }

        var retried = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = maxAttempts,
                InitialBackoff = _initialBackoff,
                MaxBackoff = _maxBackoff,
                BackoffMultiplier = BackoffMultiplier,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var name in IdempotentMethods.Names())
        {
            retried.Names.Add(name);
        }

        config.MethodConfigs.Add(retried);
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = RetryTokens, TokenRatio = TokensOfASuccess };
        return config;
    }
}
