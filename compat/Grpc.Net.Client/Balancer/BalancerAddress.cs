using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>Where one server of a target listens.</summary>
public sealed class BalancerAddress
{
    /// <summary>An address.</summary>
    public BalancerAddress(DnsEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
    }

    /// <summary>An address.</summary>
    public BalancerAddress(string host, int port)
        : this(new DnsEndPoint(host, port))
    {
    }

    /// <summary>Host and port.</summary>
    public DnsEndPoint EndPoint { get; }

    /// <inheritdoc />
    public override string ToString() => $"{EndPoint.Host}:{EndPoint.Port}";
}
