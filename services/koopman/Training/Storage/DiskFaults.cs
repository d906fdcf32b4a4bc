using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>A full disk is the caller's to know: what was stored before stays.</summary>
internal static class DiskFaults
{
    // .NET puts the errno in HResult on Unix, a Win32 code in its low word on Windows.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int DiskFull = 112;

    public static void Tell(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e) when (IsFull(e))
        {
            throw Full(e);
        }
    }

    public static async Task TellAsync(ValueTask write)
    {
        try
        {
            await write;
        }
        catch (IOException e) when (IsFull(e))
        {
            throw Full(e);
        }
    }

    private static bool IsFull(IOException e) => (e.HResult & 0xFFFF) is NoSpace or QuotaExceeded or DiskFull;

    private static CapacityException Full(IOException e) => new(
        "DISK_FULL", "the disk that trainings are kept on is full; delete one or keep less history", inner: e);
}
