using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client;

/// <summary>Which of a channel's calls are repeated, and what they share.</summary>
internal sealed class ChannelRetries
{
    private readonly Dictionary<string, RetrySettings?> _methods = [];
    private readonly Balancer.Chance _chance = new(RandomNumberGenerator.GetInt32(int.MaxValue));

    public ChannelRetries(GrpcChannelOptions options)
    {
        Budget = new RetryBudget(options.MaxRetryBufferPerCallSize, options.MaxRetryBufferSize);
        if (options.ServiceConfig is not { } config)
        {
            return;
        }

        Throttle = config.RetryThrottling is { } policy ? new RetryThrottle(policy) : null;
        foreach (var method in config.MethodConfigs)
        {
            var settings = method.RetryPolicy is { } retry
                ? RetrySettings.From(retry, options.MaxRetryAttempts)
                : null;
            foreach (var name in method.Names)
            {
                Add(name, settings);
            }
        }
    }

    public RetryThrottle? Throttle { get; }

    public RetryBudget Budget { get; }

    /// <summary>The plan of one call of a method, or null if it isn't repeated.</summary>
    public RetryPlan? PlanFor(IMethod method)
    {
        if (_methods.Count == 0)
        {
            return null;
        }

        var found = _methods.TryGetValue(Key(method.ServiceName, method.Name), out var settings)
            || _methods.TryGetValue(Key(method.ServiceName, null), out settings)
            || _methods.TryGetValue(Key(null, null), out settings);
        return found && settings is { MaxAttempts: > 1 } ? new RetryPlan(settings, Throttle, _chance) : null;
    }

    private static string Key(string? service, string? method) => $"{service}/{method}";

    private void Add(MethodName name, RetrySettings? settings)
    {
        if (string.IsNullOrEmpty(name.Service) && !string.IsNullOrEmpty(name.Method))
        {
            throw new InvalidOperationException(
                $"A method config names the method \"{name.Method}\" without its service; expected both.");
        }

        if (!_methods.TryAdd(Key(name.Service, name.Method), settings))
        {
            throw new InvalidOperationException(
                $"Two method configs name \"{Key(name.Service, name.Method)}\"; expected each name once.");
        }
    }
}
