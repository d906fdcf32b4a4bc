using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>The ledger could not do what it is for.</summary>
public sealed class RunLedgerException : KoopmanMeshException
{
    /// <summary>Reason of a full disk.</summary>
    public const string Full = "STORAGE_FULL";

    /// <summary>Reason of a ledger that another process keeps.</summary>
    public const string InUse = "LEDGER_IN_USE";

    /// <summary>Reason of a database that a newer version of this program has changed.</summary>
    public const string Newer = "LEDGER_NEWER";

    /// <summary>Reason of a database that is out of reach; it may be back later.</summary>
    public const string Unavailable = "LEDGER_UNAVAILABLE";

    /// <summary>
    /// Reason of a run that this program cannot read: a newer one wrote it, and another replica may be able to, or it
    /// is damaged.
    /// </summary>
    public const string Unreadable = "RUN_UNREADABLE";

    /// <summary>Reason of any other failure to read or write.</summary>
    public const string Failed = "STORAGE_FAILED";

    /// <summary>Describes the failure.</summary>
    /// <param name="reason">One of the constants.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="inner">What caused it.</param>
    public RunLedgerException(string reason, string message, Exception? inner = null)
        : base(
            reason switch
            {
                Full => ErrorKind.ResourceExhausted,
                InUse or Newer => ErrorKind.FailedPrecondition,
                Unavailable or Unreadable => ErrorKind.Unavailable,
                _ => ErrorKind.Internal,
            },
            reason,
            message,
            inner)
    {
    }
}
