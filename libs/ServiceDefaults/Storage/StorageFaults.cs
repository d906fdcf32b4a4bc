namespace KoopmanMesh.ServiceDefaults.Storage;

/// <summary>Tells what the file system refuses and why.</summary>
internal static class StorageFaults
{
    // .NET puts the errno in HResult on Unix, a Win32 code in its low word on Windows.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int DiskFull = 112;

    internal static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException;

    internal static bool IsFull(Exception e) =>
        e is IOException && (e.HResult & 0xFFFF) is NoSpace or QuotaExceeded or DiskFull;

    /// <summary>Deletes what a failed write left; a second failure must not hide the first.</summary>
    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IsFault(e))
        {
            // A leftover is swept by age when the store is opened next.
        }
    }
}
