namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>An error as it is told to others: over gRPC, in an event, in the ledger.</summary>
/// <param name="Kind">What a caller can do about it.</param>
/// <param name="Reason">UPPER_SNAKE, stable for programs.</param>
/// <param name="Message">One sentence: what was received and what was expected.</param>
public sealed record ErrorDescription(ErrorKind Kind, string Reason, string Message)
{
    /// <summary>
    /// Path of the request's field that is wrong, e.g. <c>spec.model.digest</c>; null when no single field is.
    /// </summary>
    public string? Field { get; init; }

    /// <summary>Everything that is wrong with the request where that is more than one thing; null otherwise.</summary>
    public IReadOnlyList<FieldViolation>? Violations { get; init; }

    /// <summary>What a missing or conflicting resource is, e.g. <c>run</c>.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Which one it is, e.g. the run id; the subject of a failed precondition.</summary>
    public string? ResourceName { get; init; }

    /// <summary>When trying again makes sense; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Path of the request's field.</param>
/// <param name="Description">One sentence: what it is and what was expected.</param>
public sealed record FieldViolation(string Field, string Description);
