using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Spans could not be kept in \"{Folder}\" and were dropped: {Problem}")]
    internal static partial void SpansNotKept(ILogger logger, string folder, string problem);

    [LoggerMessage(LogLevel.Warning, "The work in the ledger could not be counted: {Problem}")]
    internal static partial void WorkNotCounted(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Warning, "Old traces could not all be deleted: {Problem}")]
    internal static partial void TracesNotSwept(ILogger logger, string problem);
}
