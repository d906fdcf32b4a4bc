namespace KoopmanMesh.Sidecar.Redis;

/// <summary>Redis answered with an error.</summary>
internal sealed class RedisException(string message) : Exception(message)
{
    /// <summary>The stream or its group is gone, as after a restart without persistence.</summary>
    public bool IsNoGroup => Message.StartsWith("NOGROUP", StringComparison.Ordinal);

    /// <summary>The group is there already.</summary>
    public bool IsBusyGroup => Message.StartsWith("BUSYGROUP", StringComparison.Ordinal);
}
