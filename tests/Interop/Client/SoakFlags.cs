using System.CommandLine;

namespace KoopmanMesh.Interop.Client;

/// <summary>The flags of rpc_soak and channel_soak.</summary>
internal static class SoakFlags
{
    private static readonly Option<int> Iterations = Flag(
        "iterations", SoakOptions.DefaultIterations, "Calls of each thread");

    private static readonly Option<int> MaxFailures = Flag(
        "max-failures", SoakOptions.DefaultMaxFailures, "Calls that may fail or be too slow");

    private static readonly Option<int> MaxLatency = Flag(
        "per-iteration-max-acceptable-latency-ms",
        SoakOptions.DefaultMaxLatencyMilliseconds,
        "Milliseconds after which a call counts as failed");

    private static readonly Option<int> MinTime = Flag(
        "min-time-ms-between-rpcs", 0, "Least milliseconds from the start of a call to the start of the next");

    private static readonly Option<int> OverallTimeout = Flag(
        "overall-timeout-seconds", 0, "Seconds after which the case fails; 0 for iterations times latency");

    private static readonly Option<int> RequestSize = Flag(
        "request-size", Payloads.LargeRequestBytes, "Bytes of a request's payload");

    private static readonly Option<int> ResponseSize = Flag(
        "response-size", Payloads.LargeResponseBytes, "Bytes of a response's payload");

    private static readonly Option<int> Threads = Flag(
        "num-threads", SoakOptions.DefaultThreads, "Threads that make calls side by side");

    public static IEnumerable<Option> All =>
        [Iterations, MaxFailures, MaxLatency, MinTime, OverallTimeout, RequestSize, ResponseSize, Threads];

    public static SoakOptions Read(ParseResult result) => new()
    {
        Iterations = result.GetRequiredValue(Iterations),
        MaxFailures = result.GetRequiredValue(MaxFailures),
        MaxLatency = TimeSpan.FromMilliseconds(result.GetRequiredValue(MaxLatency)),
        MinTimeBetweenCalls = TimeSpan.FromMilliseconds(result.GetRequiredValue(MinTime)),
        OverallTimeout = result.GetRequiredValue(OverallTimeout) is > 0 and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : null,
        RequestBytes = result.GetRequiredValue(RequestSize),
        ResponseBytes = result.GetRequiredValue(ResponseSize),
        Threads = result.GetRequiredValue(Threads),
    };

    private static Option<int> Flag(string name, int byDefault, string what)
    {
        var flag = new Option<int>("--soak-" + name, "--soak_" + name.Replace('-', '_'))
        {
            Description = $"{what}.",
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
        };
        flag.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError($"--soak-{name} is {result.GetValueOrDefault<int>()}; it must not be negative.");
            }
        });
        return flag;
    }
}
