using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Turns descriptions into gRPC errors and back: the one place that knows the <c>grpc-status-details-bin</c> trailer, a
/// serialised google.rpc.Status.
/// </summary>
public static class RpcErrors
{
    /// <summary>Domain of every ErrorInfo of this mesh.</summary>
    public const string Domain = "koopman.koopmanmesh";

    internal const string DetailsTrailer = "grpc-status-details-bin";

    // Trailers share one header block, whose size peers limit (often at 8 KiB); the message is in it twice.
    private const int MaxMessage = 1024;

    /// <summary>
    /// What a failed call says: reason and message from its details; from its status where it has none or they are
    /// malformed.
    /// </summary>
    public static ErrorDescription Describe(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var kind = KindOf(exception.StatusCode);
        var plain = new ErrorDescription(kind, ReasonOf(exception.StatusCode), MessageOf(exception));
        return Details(exception) is not { } status ? plain : plain with
        {
            Reason = Unpack<ErrorInfo>(status)?.Type is { Length: > 0 } reason ? reason : plain.Reason,
            Message = status.Message.Length > 0 ? status.Message : plain.Message,
            Field = Unpack<BadRequest>(status)?.FieldViolations.FirstOrDefault()?.Field,
            ResourceType = Unpack<ResourceInfo>(status)?.ResourceType,
            ResourceName = Unpack<ResourceInfo>(status)?.ResourceName
                ?? Unpack<PreconditionFailure>(status)?.Violations.FirstOrDefault()?.Subject,
            RetryAfter = Unpack<RetryInfo>(status)?.RetryDelay?.ToTimeSpan(),
        };
    }

    internal static RpcException ToRpcException(ErrorDescription error)
    {
        var message = error.Message.Length <= MaxMessage ? error.Message : error.Message[..(MaxMessage - 1)] + "…";
        var code = CodeOf(error.Kind);
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };

        // Field 1 of ErrorInfo: "reason" in google.rpc, "type" still in the package's version; the wire knows numbers
        // only.
        status.Details.Add(Any.Pack(new ErrorInfo { Type = error.Reason, Domain = Domain }));
        if (DetailOf(error with { Message = message }) is { } detail)
        {
            status.Details.Add(Any.Pack(detail));
        }

        if (error.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return new RpcException(
            new Grpc.Core.Status(code, message), new Metadata { { DetailsTrailer, status.ToByteArray() } }, message);
    }

    private static IMessage? DetailOf(ErrorDescription error) => error.Kind switch
    {
        ErrorKind.InvalidArgument => new BadRequest
        {
            FieldViolations =
            {
                new BadRequest.Types.FieldViolation { Field = error.Field ?? "", Description = error.Message },
            },
        },
        ErrorKind.NotFound or ErrorKind.AlreadyExists => new ResourceInfo
        {
            ResourceType = error.ResourceType ?? "",
            ResourceName = error.ResourceName ?? "",
            Description = error.Message,
        },
        ErrorKind.FailedPrecondition => new PreconditionFailure
        {
            Violations =
            {
                new PreconditionFailure.Types.Violation
                {
                    Type = error.Reason, Subject = error.ResourceName ?? "", Description = error.Message,
                },
            },
        },
        _ => null,
    };

    private static StatusCode CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => StatusCode.InvalidArgument,
        ErrorKind.NotFound => StatusCode.NotFound,
        ErrorKind.AlreadyExists => StatusCode.AlreadyExists,
        ErrorKind.FailedPrecondition => StatusCode.FailedPrecondition,
        ErrorKind.ResourceExhausted => StatusCode.ResourceExhausted,
        ErrorKind.Unavailable => StatusCode.Unavailable,
        ErrorKind.Cancelled => StatusCode.Cancelled,
        _ => StatusCode.Internal,
    };

    private static ErrorKind KindOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => ErrorKind.InvalidArgument,
        StatusCode.NotFound => ErrorKind.NotFound,
        StatusCode.AlreadyExists => ErrorKind.AlreadyExists,
        StatusCode.FailedPrecondition => ErrorKind.FailedPrecondition,
        StatusCode.ResourceExhausted => ErrorKind.ResourceExhausted,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted => ErrorKind.Unavailable,
        StatusCode.Cancelled => ErrorKind.Cancelled,
        _ => ErrorKind.Internal,
    };

    // "DeadlineExceeded" becomes "DEADLINE_EXCEEDED".
    private static string ReasonOf(StatusCode code) => string.Concat(
        code.ToString().Select(
            (c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));

    private static string MessageOf(RpcException exception) => exception.Status.Detail is { Length: > 0 } detail
        ? detail
        : $"the call ended with status {exception.StatusCode} and no message";

    private static Google.Rpc.Status? Details(RpcException exception)
    {
        try
        {
            return exception.Trailers.GetValueBytes(DetailsTrailer) is { } bytes
                ? Google.Rpc.Status.Parser.ParseFrom(bytes)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static T? Unpack<T>(Google.Rpc.Status status)
        where T : class, IMessage<T>, new()
    {
        try
        {
            return status.Details.FirstOrDefault(static d => d.Is(new T().Descriptor))?.Unpack<T>();
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
