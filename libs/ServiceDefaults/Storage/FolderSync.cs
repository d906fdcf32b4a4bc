using System.Runtime.InteropServices;

namespace KoopmanMesh.ServiceDefaults.Storage;

/// <summary>
/// Makes the names in a folder durable: on Unix a file that was synced can still lose its name in a power cut.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The system refused it.</exception>
    internal static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals names itself, and has no such call.
            return;
        }

        var descriptor = Check(Open(folder, ReadOnly), folder);
        try
        {
            Check(Sync(descriptor), folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static int Check(int result, string folder)
    {
        if (result >= 0)
        {
            return result;
        }

        var error = Marshal.GetLastPInvokeError();
        throw new IOException($"\"{folder}\" could not be synced: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
