using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>What the event bus over Dapr says.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning,
        "Handler \"{Handler}\" gave up on an event of run \"{RunId}\" for now with {Reason}: {Error}")]
    internal static partial void HandlerGaveUp(
        ILogger logger, string handler, string runId, string reason, string error);

    [LoggerMessage(LogLevel.Warning, "Publication on \"{Topic}\" failed and was tried again: {Problem}")]
    internal static partial void PublicationDelayed(ILogger logger, string topic, string problem);

    [LoggerMessage(LogLevel.Information, "Sidecar took an event again after it had been away.")]
    internal static partial void SidecarFound(ILogger logger);

    [LoggerMessage(LogLevel.Error, "Event on \"{Topic}\" was refused for good: {Problem}")]
    internal static partial void EventRefused(ILogger logger, string topic, string problem);

    [LoggerMessage(LogLevel.Error, "Dead letter of \"{Topic}\" came, subject \"{Subject}\", {Bytes} bytes.")]
    internal static partial void DeadLetterCame(ILogger logger, string topic, string subject, int bytes);
}
