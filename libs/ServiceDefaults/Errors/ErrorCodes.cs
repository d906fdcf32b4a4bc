using Grpc.Core;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>Which gRPC status each kind of error has, and back.</summary>
internal static class ErrorCodes
{
    public static StatusCode CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => StatusCode.InvalidArgument,
        ErrorKind.NotFound => StatusCode.NotFound,
        ErrorKind.AlreadyExists => StatusCode.AlreadyExists,
        ErrorKind.FailedPrecondition => StatusCode.FailedPrecondition,
        ErrorKind.ResourceExhausted => StatusCode.ResourceExhausted,
        ErrorKind.Unavailable => StatusCode.Unavailable,
        ErrorKind.Cancelled => StatusCode.Cancelled,
        ErrorKind.Unauthenticated => StatusCode.Unauthenticated,
        ErrorKind.PermissionDenied => StatusCode.PermissionDenied,
        ErrorKind.DeadlineExceeded => StatusCode.DeadlineExceeded,
        ErrorKind.Unimplemented => StatusCode.Unimplemented,
        _ => StatusCode.Internal,
    };

    public static ErrorKind KindOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => ErrorKind.InvalidArgument,
        StatusCode.NotFound => ErrorKind.NotFound,
        StatusCode.AlreadyExists => ErrorKind.AlreadyExists,
        StatusCode.FailedPrecondition => ErrorKind.FailedPrecondition,
        StatusCode.ResourceExhausted => ErrorKind.ResourceExhausted,
        StatusCode.Unavailable or StatusCode.Aborted => ErrorKind.Unavailable,
        StatusCode.Cancelled => ErrorKind.Cancelled,
        StatusCode.Unauthenticated => ErrorKind.Unauthenticated,
        StatusCode.PermissionDenied => ErrorKind.PermissionDenied,
        StatusCode.DeadlineExceeded => ErrorKind.DeadlineExceeded,
        StatusCode.Unimplemented => ErrorKind.Unimplemented,
        _ => ErrorKind.Internal,
    };

    /// <summary>The reason of an error that has none: "DeadlineExceeded" becomes "DEADLINE_EXCEEDED".</summary>
    public static string ReasonOf(StatusCode code) => string.Concat(
        code.ToString().Select(
            (c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
