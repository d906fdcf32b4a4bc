namespace KoopmanMesh.Sidecar;

/// <summary>Every log message of the double.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Application \"{App}\" is served {Count} subscriptions.")]
    internal static partial void Subscribed(ILogger logger, string app, int count);

    [LoggerMessage(LogLevel.Warning, "Redis failed on \"{Topic}\": {Problem}")]
    internal static partial void BrokerAway(ILogger logger, string topic, string problem);

    [LoggerMessage(LogLevel.Warning, "Group \"{Group}\" of \"{Topic}\" was gone and is made again.")]
    internal static partial void GroupRecreated(ILogger logger, string group, string topic);

    [LoggerMessage(LogLevel.Information, "Event {Id} of \"{Topic}\" was dropped on purpose.")]
    internal static partial void EventDropped(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Information, "Event {Id} of \"{Topic}\" was doubled on purpose.")]
    internal static partial void EventDuplicated(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Information, "Event {Id} of \"{Topic}\" was held back on purpose.")]
    internal static partial void EventHeld(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Information, "Event {Id} of \"{Topic}\" was claimed again.")]
    internal static partial void EventClaimed(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Warning, "Event {Id} of \"{Topic}\" took longer than the processing timeout.")]
    internal static partial void EventTimedOut(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Warning, "Event {Id} of \"{Topic}\" was not a CloudEvent.")]
    internal static partial void NotACloudEvent(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Warning, "The application dropped event {Id} of \"{Topic}\".")]
    internal static partial void AppDropped(ILogger logger, string topic, string id);

    [LoggerMessage(LogLevel.Warning, "The application answered \"{Route}\" with {Status}.")]
    internal static partial void AppRefused(ILogger logger, string route, int status);

    [LoggerMessage(LogLevel.Warning, "The application was not there for \"{Route}\": {Problem}")]
    internal static partial void AppAway(ILogger logger, string route, string problem);
}
