namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>What a caller can do about an error; decides the gRPC status and the details that go with it.</summary>
public enum ErrorKind
{
    /// <summary>A fault of ours: INTERNAL. The caller can only report it.</summary>
    Internal,

    /// <summary>The request is wrong whatever the state: INVALID_ARGUMENT with the field.</summary>
    InvalidArgument,

    /// <summary>What the request names does not exist: NOT_FOUND with the resource.</summary>
    NotFound,

    /// <summary>The same name stands for something else already: ALREADY_EXISTS.</summary>
    AlreadyExists,

    /// <summary>Right request, wrong state: FAILED_PRECONDITION with what must change.</summary>
    FailedPrecondition,

    /// <summary>A limit, a quota or a disk is used up: RESOURCE_EXHAUSTED.</summary>
    ResourceExhausted,

    /// <summary>Try again later: UNAVAILABLE.</summary>
    Unavailable,

    /// <summary>The work was cancelled: CANCELLED.</summary>
    Cancelled,

    /// <summary>Nobody knows who is calling: UNAUTHENTICATED until a valid token or certificate comes.</summary>
    Unauthenticated,

    /// <summary>Who is calling may not do this: PERMISSION_DENIED, whatever the state.</summary>
    PermissionDenied,

    /// <summary>The deadline passed first: DEADLINE_EXCEEDED. The work may or may not have been done.</summary>
    DeadlineExceeded,

    /// <summary>This host has no such service, method or encoding: UNIMPLEMENTED.</summary>
    Unimplemented,
}
