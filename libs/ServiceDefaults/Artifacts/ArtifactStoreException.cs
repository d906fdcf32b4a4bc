using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Artifacts;

/// <summary>The artifact store could not do what it is for.</summary>
public sealed class ArtifactStoreException : KoopmanMeshException
{
    /// <summary>Reason of a full disk.</summary>
    public const string Full = "STORAGE_FULL";

    /// <summary>Reason of content that is larger than the store accepts.</summary>
    public const string TooLarge = "ARTIFACT_TOO_LARGE";

    /// <summary>Reason of content that is no longer what its digest says.</summary>
    public const string Corrupt = "ARTIFACT_CORRUPT";

    /// <summary>Reason of any other failure to read or write.</summary>
    public const string Failed = "STORAGE_FAILED";

    /// <summary>Describes the failure.</summary>
    /// <param name="reason">One of the constants.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="inner">What caused it.</param>
    public ArtifactStoreException(string reason, string message, Exception? inner = null)
        : base(KindOf(reason), reason, message, inner)
    {
    }

    // To try again helps against none but the last: corrupt content must be stored again first.
    private static ErrorKind KindOf(string reason) => reason switch
    {
        Full or TooLarge => ErrorKind.ResourceExhausted,
        Corrupt => ErrorKind.FailedPrecondition,
        _ => ErrorKind.Internal,
    };
}
