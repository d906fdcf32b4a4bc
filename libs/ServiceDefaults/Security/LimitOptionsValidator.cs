using System.Globalization;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Lists everything that is wrong with <see cref="LimitOptions"/>.</summary>
internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    private const int KiB = 1 << 10;
    private const int MiB = 1 << 20;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        List<string> failures = [];
        Check(failures, nameof(options.MaxConnections), options.MaxConnections, 1, int.MaxValue);
        Check(failures, nameof(options.MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 1, int.MaxValue);
        Check(failures, nameof(options.MaxStreamsPerConnection), options.MaxStreamsPerConnection, 1, int.MaxValue);
        Check(failures, nameof(options.MaxCallsPerClient), options.MaxCallsPerClient, 1, int.MaxValue);
        Check(
            failures, nameof(options.MaxBytesInFlightPerClient), options.MaxBytesInFlightPerClient, MiB, long.MaxValue);
        Check(failures, nameof(options.StreamWindowBytes), options.StreamWindowBytes, 64 * KiB, 16 * MiB);
        Check(
            failures, nameof(options.ConnectionWindowBytes), options.ConnectionWindowBytes,
            Math.Max(options.StreamWindowBytes, 64 * KiB), 64 * MiB);
        Check(failures, nameof(options.ResponseBufferBytes), options.ResponseBufferBytes, 16 * KiB, 16 * MiB);
        Check(failures, nameof(options.MaxHeaderBytes), options.MaxHeaderBytes, 4 * KiB, MiB);
        Check(failures, nameof(options.MaxHeaders), options.MaxHeaders, 16, 1000);
        CheckTimes(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckTimes(LimitOptions options, List<string> failures)
    {
        Check(failures, nameof(options.HandshakeTimeout), options.HandshakeTimeout > TimeSpan.Zero, "more than 0",
            options.HandshakeTimeout);
        Check(failures, nameof(options.IdleTimeout), options.IdleTimeout > TimeSpan.Zero, "more than 0",
            options.IdleTimeout);
        Check(failures, nameof(options.PingDelay), options.PingDelay >= _second || options.PingDelay == TimeSpan.Zero,
            "0 or at least 1 s", options.PingDelay);
        Check(failures, nameof(options.PingTimeout), options.PingTimeout >= _second, "at least 1 s",
            options.PingTimeout);
        Check(failures, nameof(options.MaxConnectionAge), options.MaxConnectionAge >= TimeSpan.Zero, "0 or more",
            options.MaxConnectionAge);
    }

    private static void Check(List<string> failures, string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            var range = most >= int.MaxValue ? $"at least {least}" : $"{least} to {most}";
            failures.Add(string.Create(
                CultureInfo.InvariantCulture, $"Limits:{name} is {value}, expected {range}"));
        }
    }

    private static void Check(List<string> failures, string name, bool valid, string expected, TimeSpan value)
    {
        if (!valid)
        {
            failures.Add($"Limits:{name} is {value}, expected {expected}");
        }
    }
}
