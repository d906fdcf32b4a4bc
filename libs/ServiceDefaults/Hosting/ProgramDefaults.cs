namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// What a service that is a process of its own does unless it is told otherwise; everything else wins.
/// </summary>
internal static class ProgramDefaults
{
    /// <summary>Default of <see cref="HostingOptions.Listen"/>.</summary>
    public const string Listen = "127.0.0.1:8080";

    /// <summary>Default of <see cref="HostingOptions.InternalListen"/>.</summary>
    public const string InternalListen = "127.0.0.1:8081";

    /// <summary>All of them by their keys.</summary>
    public static IReadOnlyDictionary<string, string?> All { get; } = new Dictionary<string, string?>
    {
        ["Hosting:Listen"] = Listen,
        ["Hosting:InternalListen"] = InternalListen,
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:System"] = "Warning",

        // A request has a span, and a run a trace, only where this logger could speak.
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Critical",

        // A host that can't start says so by its exception, which the program tells in one sentence.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
    };
}
