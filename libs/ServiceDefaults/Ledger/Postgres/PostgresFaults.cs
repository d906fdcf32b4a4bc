using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Ledger.Postgres;

/// <summary>Tells which failures pass, and what to say of the others.</summary>
internal static class PostgresFaults
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether the same may succeed a little later: the server is away, starts, stops, is overloaded or a standby, or
    /// transactions stood in each other's way.
    /// </summary>
    internal static bool MayPass(Exception e) => e switch
    {
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) || state is
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.TooManyConnections
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.IdleSessionTimeout
            or PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { IsTransient: true } => true,
        NpgsqlException { InnerException: { } inner } => inner is not PostgresException && MayPass(inner),
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether the database refused or broke.</summary>
    internal static bool IsFault(Exception e) => e is NpgsqlException or SocketException or IOException
        or TimeoutException;

    /// <summary>A failure that does not pass, as it is told to others. Names and values stay in the log.</summary>
    internal static RunLedgerException Translate(Exception e, string what) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            new(RunLedgerException.Full, $"the ledger could not {what}: its database's disk is full", e),
        PostgresException p => new(
            RunLedgerException.Failed,
            $"the ledger could not {what}: its database says {p.SqlState} {p.MessageText}",
            e),
        _ => new(RunLedgerException.Failed, $"the ledger could not {what}: its database could not be used", e),
    };

    /// <summary>A failure that did not pass in the time that there was.</summary>
    internal static RunLedgerException Unavailable(Exception e, string what, TimeSpan patience) => new(
        RunLedgerException.Unavailable,
        $"the ledger could not {what}: its database was out of reach for {patience.TotalSeconds:0.#} s",
        e);

    /// <summary>The pause before the next try: it doubles, and its second half is random.</summary>
    internal static TimeSpan Pause(int tries)
    {
        var most = Math.Min(_longestPause.TotalMilliseconds, _firstPause.TotalMilliseconds * Math.Pow(2, tries));
        return TimeSpan.FromMilliseconds((most / 2) + RandomNumberGenerator.GetInt32((int)most / 2));
    }
}
