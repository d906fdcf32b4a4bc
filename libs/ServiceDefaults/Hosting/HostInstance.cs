using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// Which process this is: in telemetry the service's instance, in the ledger the owner of what it claims. A process
/// that starts again is another instance.
/// </summary>
/// <param name="Service">The service it hosts: <c>capture</c>; <c>koopmesh</c> where it hosts all.</param>
/// <param name="Name">Service, replica and a random part: <c>capture-0-5f3a9c</c>. Safe as a file name.</param>
public sealed partial record HostInstance(string Service, string Name)
{
    private const int LongestReplica = 80;
    private const int RandomBytes = 3;

    /// <summary>A new instance of a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="replica">
    /// Tells replicas apart for people: an index or the pod's name; empty: the name of the machine.
    /// </param>
    public static HostInstance New(string service, string? replica)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        var name = Unsafe().Replace(string.IsNullOrWhiteSpace(replica) ? Environment.MachineName : replica, "-");
        name = name.Length > LongestReplica ? name[^LongestReplica..] : name;
        var prefix = name.Contains(service, StringComparison.Ordinal) ? "" : $"{service}-";
        return new(service, $"{prefix}{name}-{RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true)}");
    }

    [GeneratedRegex("[^A-Za-z0-9_-]+")]
    private static partial Regex Unsafe();
}
