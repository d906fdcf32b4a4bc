namespace Grpc.Net.Client.Balancer;

/// <summary>The addresses that a name has in DNS, of targets like <c>dns:///name:port</c>.</summary>
public sealed class DnsResolverFactory : ResolverFactory
{
    private readonly TimeSpan _refreshInterval;

    /// <summary>
    /// Asks again every so often; <see cref="Timeout.InfiniteTimeSpan" /> for when connections fail only.
    /// </summary>
    public DnsResolverFactory(TimeSpan refreshInterval)
    {
        if (refreshInterval <= TimeSpan.Zero && refreshInterval != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(refreshInterval), refreshInterval, "The interval must be more than 0, or infinite.");
        }

        _refreshInterval = refreshInterval;
    }

    /// <inheritdoc />
    public override string Name => "dns";

    /// <inheritdoc />
    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DnsResolver(options.Address, options.DefaultPort, _refreshInterval);
    }
}
