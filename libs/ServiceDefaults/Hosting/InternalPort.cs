using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// The port of probes and events, HTTP/1.1 and apart from gRPC's: what is mapped for the one can't be reached by the
/// other, whatever a request says of its host.
/// </summary>
internal sealed class InternalPort(IOptions<HostingOptions> hosting)
{
    private readonly List<ListenOptions> _listeners = [];

    /// <summary>Whether there is one.</summary>
    public bool IsOpen => hosting.Value.InternalListen is not null;

    /// <summary>Adds it to the server.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        foreach (var address in ListenAddresses.Parse(hosting.Value.InternalListen ?? "").Addresses)
        {
            kestrel.Listen(address, listener =>
            {
                listener.Protocols = HttpProtocols.Http1;
                _listeners.Add(listener);
            });
        }
    }

    /// <summary>Whether a request came in by it.</summary>
    public bool Took(HttpContext context)
    {
        foreach (var listener in _listeners)
        {
            if (listener.IPEndPoint?.Port == context.Connection.LocalPort)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Marks what only the internal port serves.</summary>
internal sealed class InternalEndpoint
{
    public static InternalEndpoint Instance { get; } = new();
}

/// <summary>Lets a request reach only what its port is for.</summary>
internal sealed class PortPolicy(InternalPort port) : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>Before every other policy, whose choices would be in vain.</summary>
    public override int Order => int.MinValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => port.IsOpen;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var took = port.Took(httpContext);
        for (var i = 0; i < candidates.Count; i++)
        {
            var isInternal = candidates[i].Endpoint.Metadata.GetMetadata<InternalEndpoint>() is not null;
            if (candidates.IsValidCandidate(i) && isInternal != took)
            {
                candidates.SetValidity(i, value: false);
            }
        }

        return Task.CompletedTask;
    }
}
