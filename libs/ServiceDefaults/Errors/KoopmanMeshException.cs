using System.Text.RegularExpressions;

namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>
/// An error that was foreseen. Its message is one sentence that says what was received and what was expected; the error
/// interceptor and the event bus tell it to callers as it is.
/// </summary>
public abstract partial class KoopmanMeshException : Exception
{
    /// <summary>Describes a foreseen error.</summary>
    /// <param name="kind">What a caller can do about it.</param>
    /// <param name="reason">UPPER_SNAKE, at most 63 characters.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="inner">What caused it, for the log.</param>
    protected KoopmanMeshException(ErrorKind kind, string reason, string message, Exception? inner = null)
        : base(message, inner)
    {
        if (!ReasonPattern().IsMatch(reason))
        {
            throw new ArgumentException(
                $"a reason is UPPER_SNAKE of 2 to 63 characters, got '{reason}'", nameof(reason));
        }

        (Kind, Reason) = (kind, reason);
    }

    /// <summary>What a caller can do about it.</summary>
    public ErrorKind Kind { get; }

    /// <summary>UPPER_SNAKE, stable for programs.</summary>
    public string Reason { get; }

    /// <summary>The error as it is told to others.</summary>
    public virtual ErrorDescription Describe() => new(Kind, Reason, Message);

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,61}[A-Z0-9]\z")]
    private static partial Regex ReasonPattern();
}
