using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Capture.Runs;

/// <summary>What is logged of runs.</summary>
internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Information,
        "Run \"{RunId}\" of \"{Model}\" on \"{Data}\" is accepted: {Rows} rows in {Shards} shards, {Components} components.")]
    public static partial void RunAccepted(
        ILogger logger, string runId, string model, string data, long rows, int shards, int components);
}
