namespace Grpc.Net.Client.Configuration;

/// <summary>How the calls of a channel are spread and repeated.</summary>
public sealed class ServiceConfig : ConfigObject
{
    /// <summary>
    /// Ways to spread calls over a target's addresses; the first one known is used, pick_first if none.
    /// </summary>
    public IList<LoadBalancingConfig> LoadBalancingConfigs { get; } = [];

    /// <summary>What methods are called with; each name occurs once.</summary>
    public IList<MethodConfig> MethodConfigs { get; } = [];

    /// <summary>Stops repeating when too much fails; null, the default, for never.</summary>
    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}
