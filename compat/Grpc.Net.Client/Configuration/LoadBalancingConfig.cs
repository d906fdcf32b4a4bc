namespace Grpc.Net.Client.Configuration;

/// <summary>A way to spread calls over a target's addresses.</summary>
public class LoadBalancingConfig : ConfigObject
{
    /// <summary>The first address that can be reached takes every call.</summary>
    public const string PickFirstPolicyName = "pick_first";

    /// <summary>The addresses that can be reached take calls in turn.</summary>
    public const string RoundRobinPolicyName = "round_robin";

    /// <summary>The way of this name.</summary>
    public LoadBalancingConfig(string loadBalancingPolicyName)
    {
        ArgumentNullException.ThrowIfNull(loadBalancingPolicyName);
        PolicyName = loadBalancingPolicyName;
    }

    /// <summary>The way's name.</summary>
    public string PolicyName { get; }
}

/// <summary>The first address that can be reached takes every call.</summary>
public sealed class PickFirstConfig() : LoadBalancingConfig(PickFirstPolicyName);

/// <summary>The addresses that can be reached take calls in turn.</summary>
public sealed class RoundRobinConfig() : LoadBalancingConfig(RoundRobinPolicyName);
