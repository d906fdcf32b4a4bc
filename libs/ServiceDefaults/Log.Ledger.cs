using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>What the ledgers say.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning,
        "Ledger's database is out of reach since the start {Waited} ago; this host is not ready until it is: {Error}")]
    internal static partial void LedgerAwaited(ILogger logger, TimeSpan waited, string error);

    [LoggerMessage(LogLevel.Warning,
        "Run \"{RunId}\" is left to others, it is damaged or of a newer version of this program: {Problem}")]
    internal static partial void RunUnreadable(ILogger logger, string runId, string problem);
}
