using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults;

/// <summary>What the artifact store and its collector say.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Error,
        "Artifact {Digest} was corrupt, its content's digest is {Actual}; it was set aside as \"{Name}\".")]
    internal static partial void ArtifactSetAside(ILogger logger, string digest, string actual, string name);

    [LoggerMessage(LogLevel.Warning,
        "Block list of artifact {Digest} was not used, and all of the artifact is verified: {Problem}.")]
    internal static partial void BlockListNotUsed(ILogger logger, string digest, string problem);

    [LoggerMessage(LogLevel.Information,
        "Collection moved {Discarded} artifacts of {DiscardedBytes} bytes that nothing refers to into the trash, "
        + "and deleted {Deleted} of {DeletedBytes} bytes from it; {Kept} stay.")]
    internal static partial void ArtifactsCollected(
        ILogger logger, int discarded, long discardedBytes, int deleted, long deletedBytes, int kept);

    [LoggerMessage(LogLevel.Error, "Collection of artifacts failed; nothing that is referred to was deleted.")]
    internal static partial void CollectionFailed(ILogger logger, Exception exception);
}
