using System.Collections.Concurrent;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>The replicas of every service that this host forwards to.</summary>
internal sealed class ReplicaSets(IOptions<MeshOptions> options, MeshSecurity security, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<MeshService, ReplicaSet> _sets = new();

    public ReplicaSet Of(MeshService service) =>
        _sets.GetOrAdd(service, key => new ReplicaSet(key, options.Value, security, time));

    public void Dispose()
    {
        foreach (var set in _sets.Values)
        {
            set.Dispose();
        }
    }
}

/// <summary>No replica of a service can be connected to.</summary>
internal sealed class ReplicasUnreachableException(
    MeshService service, IReadOnlyList<Uri> replicas, Exception? inner)
    : KoopmanMeshException(ErrorKind.Unavailable, "UNAVAILABLE", MessageOf(service, replicas, inner), inner)
{
    private static string MessageOf(MeshService service, IReadOnlyList<Uri> replicas, Exception? inner) =>
        replicas.Count == 0
            ? $"the name in Mesh:{service} has no addresses"
            : $"no replica of the {service} service answers at {string.Join(", ", replicas.Select(r => r.Authority))}: "
                + inner?.GetBaseException().Message;
}
