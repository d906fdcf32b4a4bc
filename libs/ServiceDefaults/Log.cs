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

    [LoggerMessage(LogLevel.Information, "Ledger opened \"{Directory}\" with {Runs} runs.")]
    internal static partial void LedgerOpened(ILogger logger, string directory, int runs);

    [LoggerMessage(LogLevel.Warning, "Line {Line} of \"{Path}\" was skipped, and its work is done again: {Problem}")]
    internal static partial void WorkLineSkipped(ILogger logger, string path, int line, string problem);

    [LoggerMessage(LogLevel.Information,
        "Ledger opened schema \"{Schema}\" of database \"{Database}\" (changed to this version: {Migrated}).")]
    internal static partial void DatabaseOpened(ILogger logger, string database, string schema, bool migrated);

    [LoggerMessage(LogLevel.Warning, "Ledger could not {Operation} yet and tries for up to {Patience} more: {Error}")]
    internal static partial void LedgerOutOfReach(ILogger logger, string operation, TimeSpan patience, string error);

    [LoggerMessage(LogLevel.Warning, "Notifications of the ledger's database stopped and are asked for again: {Error}")]
    internal static partial void NotificationsLost(ILogger logger, string error);

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

    [LoggerMessage(LogLevel.Warning,
        "Event of {Work} of run \"{RunId}\" was not published and is left to reconciliation: {Error}")]
    internal static partial void WorkNotPublished(ILogger logger, string work, string runId, string error);

    [LoggerMessage(LogLevel.Warning,
        "Attempt {Attempt} at {Work} of run \"{RunId}\" failed with {Reason}: {Error}")]
    internal static partial void WorkFailed(
        ILogger logger, string work, string runId, int attempt, string reason, string error, Exception exception);

    [LoggerMessage(LogLevel.Error, "Gave up {Work} of run \"{RunId}\" after {Attempts} attempts: {Error}")]
    internal static partial void WorkParked(ILogger logger, string work, string runId, int attempts, string error);

    [LoggerMessage(LogLevel.Information,
        "Took over {Work} of run \"{RunId}\" in attempt {Attempt}: its lease had run out.")]
    internal static partial void WorkTakenOver(ILogger logger, string work, string runId, int attempt);

    [LoggerMessage(LogLevel.Information,
        "Attempt {Attempt} at {Work} of run \"{RunId}\" was dropped: its lease is another's, or the run has ended.")]
    internal static partial void LeaseLost(ILogger logger, string work, string runId, int attempt);

    [LoggerMessage(LogLevel.Warning,
        "{Work} of run \"{RunId}\" was not given back, its lease runs out by itself: {Error}")]
    internal static partial void WorkNotGivenBack(ILogger logger, string work, string runId, string error);

    [LoggerMessage(LogLevel.Information,
        "Published {Work} of run \"{RunId}\" again: it was {State} after {Attempts} attempts.")]
    internal static partial void WorkRepublished(
        ILogger logger, string work, string runId, string state, int attempts);

    [LoggerMessage(LogLevel.Information, "Run \"{RunId}\" is {State}. {Error}")]
    internal static partial void RunEnded(ILogger logger, string runId, string state, string error);

    [LoggerMessage(LogLevel.Warning, "The end of run \"{RunId}\" is told later: {Error}")]
    internal static partial void EndNotPublished(ILogger logger, string runId, string error);

    [LoggerMessage(LogLevel.Information, "Run \"{RunId}\" is {State} and nobody was told: published again.")]
    internal static partial void EndRepublished(ILogger logger, string runId, string state);

    [LoggerMessage(LogLevel.Warning, "{Work} of run \"{RunId}\" is done and the ledger can't be told yet: {Error}")]
    internal static partial void WorkNotCompleted(ILogger logger, string work, string runId, string error);

    [LoggerMessage(LogLevel.Warning, "Heart-beat of {Work} of run \"{RunId}\" was missed: {Error}")]
    internal static partial void HeartBeatMissed(ILogger logger, string work, string runId, string error);

    [LoggerMessage(LogLevel.Warning, "Reconciliation failed and is tried again: {Error}")]
    internal static partial void ReconciliationFailed(ILogger logger, string error, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Endings of runs are not heard of for now: {Error}")]
    internal static partial void EndingsUnwatched(ILogger logger, string error);
}
