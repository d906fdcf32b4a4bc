using System.Globalization;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Decides, failure by failure, whether a call is tried again and when.</summary>
internal sealed class RetryPlan(RetrySettings settings, RetryThrottle? throttle, Balancer.Chance chance)
{
    private TimeSpan _backoff = settings.InitialBackoff;
    private int _attempts = 1;

    /// <summary>The time to wait before the next attempt, or null if there is to be none.</summary>
    /// <param name="status">How the attempt ended.</param>
    /// <param name="pushback">The server's wish in milliseconds; null for none.</param>
    public TimeSpan? Next(StatusCode status, string? pushback)
    {
        if (!settings.RetryableStatusCodes.Contains(status))
        {
            return null;
        }

        var affordable = throttle is null || throttle.Fail();
        if (!affordable || _attempts++ >= settings.MaxAttempts)
        {
            return null;
        }

        return pushback is null ? Draw() : Obey(pushback);
    }

    private TimeSpan Draw()
    {
        var wait = _backoff < settings.MaxBackoff ? _backoff : settings.MaxBackoff;
        _backoff = wait * settings.BackoffMultiplier;
        return wait * chance.Next();
    }

    /// <summary>What is negative or no number asks not to come back at all.</summary>
    private TimeSpan? Obey(string pushback)
    {
        _backoff = settings.InitialBackoff;
        return int.TryParse(pushback, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
    }
}
