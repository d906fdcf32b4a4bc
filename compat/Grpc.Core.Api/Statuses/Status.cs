namespace Grpc.Core;

/// <summary>A call's outcome: a code, a sentence and, on this side only, the exception behind it.</summary>
public struct Status
{
    /// <summary>Success without a message.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancellation without a message.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>A status.</summary>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>A status with the local exception that led to it, which never travels.</summary>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The sentence.</summary>
    public string Detail { get; }

    /// <summary>The local exception behind the status; null when the status came from the other side.</summary>
    public Exception? DebugException { get; }

    /// <inheritdoc />
    public override readonly string ToString()
    {
        var cause = DebugException is null
            ? ""
            : $", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\"";
        return $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\"{cause})";
    }
}
