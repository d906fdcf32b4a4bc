using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Finds the addresses of a target, and finds them again when asked.</summary>
public abstract class Resolver : IDisposable
{
    /// <summary>Begins; results, the first one too, go to the listener. Called once.</summary>
    public abstract void Start(Action<ResolverResult> listener);

    /// <summary>Asks for the addresses of now; a hint that may be put off.</summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Ends.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The addresses of a target, or why there are none.</summary>
public sealed class ResolverResult
{
    private ResolverResult(Status status, IReadOnlyList<BalancerAddress>? addresses)
    {
        Status = status;
        Addresses = addresses;
    }

    /// <summary>OK, or why there are no addresses.</summary>
    public Status Status { get; }

    /// <summary>The addresses; null where there are none.</summary>
    public IReadOnlyList<BalancerAddress>? Addresses { get; }

    /// <summary>A failure.</summary>
    public static ResolverResult ForFailure(Status status) => status.StatusCode == StatusCode.OK
        ? throw new ArgumentException("A failure's status is OK; it must be another.", nameof(status))
        : new ResolverResult(status, null);

    /// <summary>Addresses that were found.</summary>
    public static ResolverResult ForResult(IReadOnlyList<BalancerAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return new ResolverResult(Status.DefaultSuccess, addresses);
    }
}
