using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>Policy of every host of the mesh.</summary>
public sealed class HostingOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Hosting";

    /// <summary>Default of <see cref="MaxMessageBytes"/>: 4 MiB.</summary>
    public const int DefaultMaxMessageBytes = 4 << 20;

    /// <summary>
    /// Where to listen, addresses and ports joined by commas: <c>127.0.0.1:7070</c>, <c>[::1]:7070</c>,
    /// <c>0.0.0.0:7070</c>; port 0 for a free one. Other addresses than this machine's own need TLS. Default:
    /// 127.0.0.1:8080 in a service that is a process of its own; else as ASP.NET Core is told otherwise
    /// (ASPNETCORE_URLS), else localhost.
    /// </summary>
    public string? Listen { get; set; }

    /// <summary>
    /// Where probes (<c>/livez</c>, <c>/readyz</c>, <c>/startupz</c>) and the sidecar's events are served by HTTP/1.1,
    /// apart from gRPC: addresses as <see cref="Listen"/> has them. There is no TLS: beyond this machine only within a
    /// pod or a network of its own. Default: nowhere; 127.0.0.1:8081 in a service that is a process of its own.
    /// </summary>
    public string? InternalListen { get; set; }

    /// <summary>
    /// Largest gRPC message, sent or received, in bytes; at least 128 KiB. Streams are unbounded. Default: 4 MiB.
    /// </summary>
    public int MaxMessageBytes { get; set; } = DefaultMaxMessageBytes;

    /// <summary>
    /// Tells this replica from others of its service, in telemetry and in the ledger: an index or a name. Default:
    /// HOSTNAME, which is the pod's name in a cluster, else the name of the machine.
    /// </summary>
    public string? Instance { get; set; }

    /// <summary>
    /// Longest stop after <see cref="DrainDelay"/>, the drain of the event bus included; calls still open then are cut.
    /// Default: 15 s.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time for which a host that stops goes on taking calls while its health says NOT_SERVING, so that load balancers
    /// have turned away before connections close. In Kubernetes a few seconds more than the probe's period. Default: 0.
    /// </summary>
    public TimeSpan DrainDelay { get; set; }
}

/// <summary>Lists everything that is wrong with <see cref="HostingOptions"/>.</summary>
internal sealed class HostingOptionsValidator : IValidateOptions<HostingOptions>
{
    private const int MinMessageBytes = 128 << 10;

    public ValidateOptionsResult Validate(string? name, HostingOptions options)
    {
        List<string> failures = [];
        if (options.MaxMessageBytes < MinMessageBytes)
        {
            failures.Add(
                $"Hosting:MaxMessageBytes is {options.MaxMessageBytes}, expected at least {MinMessageBytes} bytes");
        }

        if (options.ShutdownTimeout <= TimeSpan.Zero)
        {
            failures.Add($"Hosting:ShutdownTimeout is {options.ShutdownTimeout}, expected more than 0");
        }

        if (options.DrainDelay < TimeSpan.Zero)
        {
            failures.Add($"Hosting:DrainDelay is {options.DrainDelay}, expected 0 or more");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
