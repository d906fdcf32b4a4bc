using System.Globalization;

namespace KoopmanMesh.Sidecar;

/// <summary>
/// daprd's flags, as far as they have a meaning here (https://docs.dapr.io/reference/arguments-annotations-overview/).
/// </summary>
internal sealed record SidecarArguments
{
    private static readonly HashSet<string> _known =
    [
        "app-id", "app-port", "app-protocol", "app-channel-address", "app-max-concurrency", "dapr-http-port",
        "dapr-grpc-port", "dapr-internal-grpc-port", "dapr-listen-addresses", "resources-path", "config", "log-level",
        "log-as-json", "metrics-port", "enable-metrics", "enable-app-health-check", "app-health-check-path",
        "app-health-probe-interval", "app-health-threshold", "dapr-graceful-shutdown-seconds",
        "placement-host-address", "mode",
    ];

    public required string AppId { get; init; }

    /// <summary>Port of the application's HTTP server; 0 for none.</summary>
    public int AppPort { get; init; }

    public string AppAddress { get; init; } = "127.0.0.1";

    /// <summary>Deliveries at once; 0 for no limit but the component's.</summary>
    public int AppMaxConcurrency { get; init; }

    public int HttpPort { get; init; } = 3500;

    public string? ResourcesPath { get; init; }

    public string LogLevel { get; init; } = "info";

    /// <summary>Path of the application that tells its health; null when nobody asks.</summary>
    public string? HealthPath { get; init; }

    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Failures in a row that make the application count as unhealthy.</summary>
    public int HealthThreshold { get; init; } = 3;

    /// <exception cref="FormatException">A flag is unknown or malformed, or the app id is missing.</exception>
    public static SidecarArguments Parse(string[] args)
    {
        var flags = Flags(args);
        return new SidecarArguments
        {
            AppId = flags.GetValueOrDefault("app-id") ?? throw new FormatException("--app-id is missing"),
            AppPort = Number(flags, "app-port", 0),
            AppAddress = flags.GetValueOrDefault("app-channel-address", "127.0.0.1"),
            AppMaxConcurrency = Math.Max(0, Number(flags, "app-max-concurrency", 0)),
            HttpPort = Number(flags, "dapr-http-port", 3500),
            ResourcesPath = flags.GetValueOrDefault("resources-path"),
            LogLevel = flags.GetValueOrDefault("log-level", "info"),
            HealthPath = flags.GetValueOrDefault("enable-app-health-check", "false") == "true"
                ? flags.GetValueOrDefault("app-health-check-path", "/healthz")
                : null,
            HealthInterval = TimeSpan.FromSeconds(Number(flags, "app-health-probe-interval", 5)),
            HealthThreshold = Number(flags, "app-health-threshold", 3),
        };
    }

    /// <summary><c>--name value</c>, <c>--name=value</c> and, for switches, <c>--name</c>.</summary>
    private static Dictionary<string, string> Flags(string[] args)
    {
        Dictionary<string, string> flags = [];
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].TrimStart('-');
            var value = "true";
            if (name.IndexOf('=', StringComparison.Ordinal) is var at && at > 0)
            {
                (name, value) = (name[..at], name[(at + 1)..]);
            }
            else if (i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = args[++i];
            }

            if (!args[0].StartsWith('-') || !_known.Contains(name))
            {
                throw new FormatException($"--{name} is not known, expected one of --{string.Join(" --", _known)}");
            }

            flags[name] = value;
        }

        return flags;
    }

    private static int Number(Dictionary<string, string> flags, string name, int otherwise) =>
        !flags.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"--{name} is '{text}', expected a number");
}
