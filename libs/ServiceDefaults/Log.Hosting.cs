using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>Of processes and of the front door.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Call \"{Path}\" was not forwarded, with {Reason}: {Error}")]
    internal static partial void CallNotForwarded(ILogger logger, string path, string reason, string error);
}
