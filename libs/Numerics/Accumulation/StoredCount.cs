using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>A state's number of snapshots, as every kind stores it.</summary>
internal static class StoredCount
{
    public static long Read(TensorArchive archive, string prefix)
    {
        var count = archive.Integers($"{prefix}count", 1)[0];
        return count >= 0
            ? count
            : throw new TensorFormatException($"tensor \"{prefix}count\" is {count}, expected at least 0");
    }
}
