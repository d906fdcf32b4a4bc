using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>Every log message of this library.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "Method \"{Method}\" failed with {Reason}.")]
    internal static partial void MethodFailed(ILogger logger, string method, string reason, Exception exception);

    [LoggerMessage(LogLevel.Information, "Method \"{Method}\" refused with {Reason}: {Error}")]
    internal static partial void MethodRefused(ILogger logger, string method, string reason, string error);

    [LoggerMessage(LogLevel.Error, "Handler \"{Handler}\" failed on an event of run \"{RunId}\" with {Reason}.")]
    internal static partial void HandlerFailed(
        ILogger logger, string handler, string runId, string reason, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Handler \"{Handler}\" ended run \"{RunId}\" with {Reason}: {Error}")]
    internal static partial void HandlerEndedRun(
        ILogger logger, string handler, string runId, string reason, string error);

    [LoggerMessage(LogLevel.Warning,
        "Handler \"{Handler}\" was unavailable in attempt {Attempt} for run \"{RunId}\": {Error}")]
    internal static partial void HandlerUnavailable(
        ILogger logger, string handler, int attempt, string runId, string error);

    [LoggerMessage(LogLevel.Debug, "Handler \"{Handler}\" stopped: run \"{RunId}\" was cancelled.")]
    internal static partial void HandlerCancelled(ILogger logger, string handler, string runId);

    [LoggerMessage(LogLevel.Information,
        "Handler \"{Handler}\" was interrupted by the stop of the host; run \"{RunId}\" is resumed later.")]
    internal static partial void HandlerInterrupted(ILogger logger, string handler, string runId);

    [LoggerMessage(LogLevel.Information, "Event bus stopped with {Pending} events undelivered.")]
    internal static partial void BusStopped(ILogger logger, int pending);

    [LoggerMessage(LogLevel.Warning, "Run file \"{Path}\" was skipped: {Problem}")]
    internal static partial void RunFileSkipped(ILogger logger, string path, string problem);

    [LoggerMessage(LogLevel.Information, "Ledger opened \"{Directory}\" with {Runs} runs.")]
    internal static partial void LedgerOpened(ILogger logger, string directory, int runs);

    [LoggerMessage(LogLevel.Information, "Telemetry is exported by OTLP as service \"{Service}\".")]
    internal static partial void TelemetryExported(ILogger logger, string service);

    [LoggerMessage(LogLevel.Information,
        "{Setting} was read again from \"{Path}\"; new connections and calls go by it.")]
    internal static partial void FilesReloaded(ILogger logger, string setting, string path);

    [LoggerMessage(LogLevel.Warning, "Changed files were not taken over, and the old content stays: {Problem}")]
    internal static partial void FilesNotReloaded(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Information, "Call \"{Path}\" refused with {Reason}: {Error}")]
    internal static partial void CallRefused(ILogger logger, string path, string reason, string error);

    [LoggerMessage(LogLevel.Warning, "Client \"{Client}\" was over its limit at \"{Path}\": {Reason}.")]
    internal static partial void ClientOverLimit(ILogger logger, string client, string path, string reason);

    [LoggerMessage(LogLevel.Warning,
        "Connection from {Address} was refused: it has, or all have, as many as they may.")]
    internal static partial void ConnectionRefused(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning,
        "{Address} is open to other machines without TLS and without knowing clients: "
        + "whoever reaches it reads and writes everything.")]
    internal static partial void OpenInPlaintext(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning,
        "{Address} takes bearer tokens without TLS: whoever listens on the network can use them.")]
    internal static partial void TokensInPlaintext(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning,
        "{Address} is open to other machines and knows no clients (neither certificates nor tokens): "
        + "whoever reaches it may use it.")]
    internal static partial void OpenToEveryone(ILogger logger, string address);
}
