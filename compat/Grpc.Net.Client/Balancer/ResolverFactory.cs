namespace Grpc.Net.Client.Balancer;

/// <summary>Makes the resolvers of one scheme.</summary>
public abstract class ResolverFactory
{
    /// <summary>The scheme, such as "dns" of <c>dns:///name:port</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A resolver of a target.</summary>
    public abstract Resolver Create(ResolverOptions options);
}

/// <summary>What a resolver is made with.</summary>
public sealed class ResolverOptions
{
    internal ResolverOptions(Uri address, int defaultPort)
    {
        Address = address;
        DefaultPort = defaultPort;
    }

    /// <summary>The target.</summary>
    public Uri Address { get; }

    /// <summary>The port of a target that names none.</summary>
    public int DefaultPort { get; }
}
