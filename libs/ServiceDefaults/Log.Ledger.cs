using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>What the ledgers say.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning,
        "Run \"{RunId}\" is left to others, it is damaged or of a newer version of this program: {Problem}")]
    internal static partial void RunUnreadable(ILogger logger, string runId, string problem);
}
