namespace Grpc.Core;

/// <summary>The outcome of a call, by the numbers of the gRPC protocol.</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error nothing more is known of.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the system's state.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for doesn't exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or a disk is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The system isn't in a state that allows this.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted by a conflict.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method isn't known or not supported.</summary>
    Unimplemented = 12,

    /// <summary>An invariant broke.</summary>
    Internal = 13,

    /// <summary>The service can't be reached now; trying again may help.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or is corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller isn't known.</summary>
    Unauthenticated = 16,
}
