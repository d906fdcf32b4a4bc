namespace Grpc.Net.Client.Balancer;

/// <summary>Addresses that are known beforehand, of targets like <c>static:///name</c>.</summary>
public sealed class StaticResolverFactory : ResolverFactory
{
    private readonly Func<Uri, IEnumerable<BalancerAddress>> _addressesCallback;

    /// <summary>The addresses that the function has for a target.</summary>
    public StaticResolverFactory(Func<Uri, IEnumerable<BalancerAddress>> addressesCallback)
    {
        ArgumentNullException.ThrowIfNull(addressesCallback);
        _addressesCallback = addressesCallback;
    }

    /// <inheritdoc />
    public override string Name => "static";

    /// <inheritdoc />
    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new StaticResolver([.. _addressesCallback(options.Address)]);
    }

    private sealed class StaticResolver(IReadOnlyList<BalancerAddress> addresses) : Resolver
    {
        public override void Start(Action<ResolverResult> listener) => listener(ResolverResult.ForResult(addresses));
    }
}
