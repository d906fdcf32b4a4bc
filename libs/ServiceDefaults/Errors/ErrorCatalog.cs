using Grpc.Core;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Knows how the typed exceptions of one library are told to callers. Libraries below this one know no status codes;
/// whoever hosts them registers a mapper (<c>AddErrorMapping</c>).
/// </summary>
public interface IExceptionMapper
{
    /// <summary>The description of <paramref name="exception"/>, or null when it is not this mapper's.</summary>
    ErrorDescription? Map(Exception exception);
}

/// <summary>
/// Describes every exception that reaches the edge: the same words over gRPC, in an event and in the ledger.
/// </summary>
public sealed class ErrorCatalog(IEnumerable<IExceptionMapper> mappers)
{
    /// <summary>Reason of an exception that nobody foresaw.</summary>
    public const string UnexpectedReason = "INTERNAL";

    private readonly IExceptionMapper[] _mappers = [.. mappers];

    /// <summary>
    /// The description of <paramref name="exception"/>. One that nobody foresaw is described by its type alone: its
    /// message was not written for callers and belongs in the log.
    /// </summary>
    public ErrorDescription Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            KoopmanMeshException foreseen => foreseen.Describe(),
            RpcException remote => RpcErrors.Describe(remote),
            AggregateException { InnerExceptions: [var only] } => Describe(only),
            OperationCanceledException =>
                new(ErrorKind.Cancelled, "CANCELLED", "the work was cancelled before it finished"),
            _ => Mapped(exception) ?? new(
                ErrorKind.Internal,
                UnexpectedReason,
                $"an unexpected {exception.GetType().Name} ended the work; the service's log tells more"),
        };
    }

    private ErrorDescription? Mapped(Exception exception)
    {
        foreach (var mapper in _mappers)
        {
            if (mapper.Map(exception) is { } description)
            {
                return description;
            }
        }

        return null;
    }
}
