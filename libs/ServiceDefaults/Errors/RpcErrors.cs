using Google.Protobuf;
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

    /// <summary>
    /// What a failed call says: reason and message from its details; from its status where it has none or they are
    /// malformed.
    /// </summary>
    public static ErrorDescription Describe(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var kind = ErrorCodes.KindOf(exception.StatusCode);
        var plain = new ErrorDescription(kind, ErrorCodes.ReasonOf(exception.StatusCode), MessageOf(exception));
        if (Details(exception) is not { } status)
        {
            return plain;
        }

        var violations = Unpack<BadRequest>(status)?.FieldViolations;
        return plain with
        {
            Reason = Unpack<ErrorInfo>(status)?.Type is { Length: > 0 } reason ? reason : plain.Reason,
            Message = status.Message.Length > 0 ? status.Message : plain.Message,
            Field = violations?.FirstOrDefault()?.Field,
            Violations = violations is { Count: > 1 }
                ? [.. violations.Select(static v => new FieldViolation(v.Field, v.Description))]
                : null,
            ResourceType = Unpack<ResourceInfo>(status)?.ResourceType,
            ResourceName = Unpack<ResourceInfo>(status)?.ResourceName
                ?? Unpack<PreconditionFailure>(status)?.Violations.FirstOrDefault()?.Subject,
            RetryAfter = Unpack<RetryInfo>(status)?.RetryDelay?.ToTimeSpan(),
        };
    }

    internal static RpcException ToRpcException(ErrorDescription error)
    {
        var status = StatusDetails.Of(error);
        return new RpcException(
            new Grpc.Core.Status((StatusCode)status.Code, status.Message),
            new Metadata { { DetailsTrailer, status.ToByteArray() } },
            status.Message);
    }

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
