namespace KoopmanMesh.ServiceDefaults.Errors;

/// <summary>A request that is wrong whatever the state.</summary>
/// <param name="reason">UPPER_SNAKE.</param>
/// <param name="message">One sentence.</param>
/// <param name="field">Path of the request's field, in proto names.</param>
/// <param name="inner">What caused it.</param>
public sealed class InvalidRequestException(
    string reason, string message, string? field = null, Exception? inner = null)
    : KoopmanMeshException(ErrorKind.InvalidArgument, reason, message, inner)
{
    private readonly IReadOnlyList<string> _violations = [];

    /// <summary>A request that is wrong in several ways, of which all are told.</summary>
    /// <param name="reason">UPPER_SNAKE.</param>
    /// <param name="violations">One sentence for each.</param>
    /// <param name="field">Path of the field that they all lie in.</param>
    /// <param name="inner">What caused it.</param>
    public InvalidRequestException(
        string reason, IReadOnlyList<string> violations, string field, Exception? inner = null)
        : this(reason, string.Join("; ", violations), field, inner) => _violations = violations;

    /// <summary>Path of the request's field, in proto names.</summary>
    public string? Field { get; } = field;

    /// <inheritdoc/>
    public override ErrorDescription Describe() => base.Describe() with
    {
        Field = Field,
        Violations = _violations.Count > 1 ? [.. _violations.Select(v => new FieldViolation(Field!, v))] : null,
    };
}

/// <summary>Something a request names does not exist.</summary>
/// <param name="reason">UPPER_SNAKE.</param>
/// <param name="resourceType">What it is, e.g. "run".</param>
/// <param name="resourceName">Which one.</param>
/// <param name="message">One sentence.</param>
public sealed class ResourceNotFoundException(string reason, string resourceType, string resourceName, string message)
    : KoopmanMeshException(ErrorKind.NotFound, reason, message)
{
    /// <summary>What it is.</summary>
    public string ResourceType { get; } = resourceType;

    /// <summary>Which one.</summary>
    public string ResourceName { get; } = resourceName;

    /// <inheritdoc/>
    public override ErrorDescription Describe() =>
        base.Describe() with { ResourceType = ResourceType, ResourceName = ResourceName };
}

/// <summary>The same name stands for something else already.</summary>
/// <param name="reason">UPPER_SNAKE.</param>
/// <param name="resourceType">What the name is of, e.g. "idempotency_key".</param>
/// <param name="resourceName">The name.</param>
/// <param name="message">One sentence.</param>
public sealed class ConflictException(string reason, string resourceType, string resourceName, string message)
    : KoopmanMeshException(ErrorKind.AlreadyExists, reason, message)
{
    /// <summary>What the name is of.</summary>
    public string ResourceType { get; } = resourceType;

    /// <summary>The name.</summary>
    public string ResourceName { get; } = resourceName;

    /// <inheritdoc/>
    public override ErrorDescription Describe() =>
        base.Describe() with { ResourceType = ResourceType, ResourceName = ResourceName };
}

/// <summary>The request is right, but not now or not with these inputs.</summary>
/// <param name="reason">UPPER_SNAKE.</param>
/// <param name="subject">What must change first, e.g. a run id.</param>
/// <param name="message">One sentence.</param>
/// <param name="inner">What caused it.</param>
public sealed class PreconditionException(string reason, string subject, string message, Exception? inner = null)
    : KoopmanMeshException(ErrorKind.FailedPrecondition, reason, message, inner)
{
    /// <summary>What must change first.</summary>
    public string Subject { get; } = subject;

    /// <inheritdoc/>
    public override ErrorDescription Describe() => base.Describe() with { ResourceName = Subject };
}

/// <summary>A limit, a quota or a disk is used up.</summary>
/// <param name="reason">UPPER_SNAKE.</param>
/// <param name="message">One sentence with the limit.</param>
/// <param name="retryAfter">When trying again makes sense; null when it does not.</param>
/// <param name="inner">What caused it.</param>
public sealed class CapacityException(
    string reason, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : KoopmanMeshException(ErrorKind.ResourceExhausted, reason, message, inner)
{
    /// <summary>When trying again makes sense.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <inheritdoc/>
    public override ErrorDescription Describe() => base.Describe() with { RetryAfter = RetryAfter };
}
