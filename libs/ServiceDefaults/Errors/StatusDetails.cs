using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// Writes a description as google.rpc.Status. What it can take is bounded: message and details stay below 8 KiB of
/// headers together, whatever a client put into the names that they repeat.
/// </summary>
internal static class StatusDetails
{
    /// <summary>Longest message in characters; not ASCII only, it may end earlier.</summary>
    public const int MaxMessage = 1024;

    // Of names and of each of several violations.
    private const int MaxName = 256;
    private const int MaxViolationBytes = 1536;

    public static Google.Rpc.Status Of(ErrorDescription error)
    {
        var message = HeaderText.Shorten(error.Message, MaxMessage);
        var status = new Google.Rpc.Status { Code = (int)ErrorCodes.CodeOf(error.Kind), Message = message };

        // Field 1 of ErrorInfo: "reason" in google.rpc, "type" still in the package's version; the wire knows numbers
        // only.
        status.Details.Add(Any.Pack(new ErrorInfo { Type = error.Reason, Domain = RpcErrors.Domain }));
        if (DetailOf(error, message) is { } detail)
        {
            status.Details.Add(Any.Pack(detail));
        }

        if (error.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status;
    }

    private static IMessage? DetailOf(ErrorDescription error, string message) => error.Kind switch
    {
        ErrorKind.InvalidArgument => Violations(error, message),
        ErrorKind.NotFound or ErrorKind.AlreadyExists => Resource(error, message),
        ErrorKind.PermissionDenied or ErrorKind.Unimplemented when error.ResourceName is not null =>
            Resource(error, message),
        ErrorKind.FailedPrecondition => new PreconditionFailure
        {
            Violations =
            {
                new PreconditionFailure.Types.Violation
                {
                    Type = error.Reason, Subject = Name(error.ResourceName), Description = message,
                },
            },
        },
        _ => null,
    };

    private static BadRequest Violations(ErrorDescription error, string message)
    {
        var request = new BadRequest();
        foreach (var violation in error.Violations ?? [new FieldViolation(error.Field ?? "", message)])
        {
            var told = new BadRequest.Types.FieldViolation
            {
                Field = Name(violation.Field),
                Description = error.Violations is null ? message : Name(violation.Description),
            };
            if (request.FieldViolations.Count > 0
                && request.CalculateSize() + told.CalculateSize() > MaxViolationBytes)
            {
                break;
            }

            request.FieldViolations.Add(told);
        }

        return request;
    }

    private static ResourceInfo Resource(ErrorDescription error, string message) => new()
    {
        ResourceType = Name(error.ResourceType),
        ResourceName = Name(error.ResourceName),
        Description = message,
    };

    private static string Name(string? name) => HeaderText.Shorten(name ?? "", MaxName);
}
