using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>A file system in memory of a size that a test chooses.</summary>
internal sealed class SmallVolume : IDisposable
{
    private SmallVolume(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one; null where the system does not let us.</summary>
    public static SmallVolume? Mount(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("koopmesh-volume-");
        if (Run("mount", "-t", "tmpfs", "-o", Size(megabytes), "koopmesh-test", folder.FullName))
        {
            return new SmallVolume(folder.FullName);
        }

        folder.Delete();
        return null;
    }

    /// <summary>Takes all room but so many bytes.</summary>
    public void Fill(long leave)
    {
        using var file = File.Create(FillerPath);
        var room = new DriveInfo(Path).AvailableFreeSpace - leave;
        file.Write(new byte[Math.Max(0, room)]);
    }

    public void Grow(int megabytes)
    {
        if (!Run("mount", "-o", $"remount,{Size(megabytes)}", Path))
        {
            throw new InvalidOperationException($"the volume did not grow to {megabytes} MB");
        }
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private string FillerPath => System.IO.Path.Combine(Path, "filler");

    private static string Size(int megabytes) => string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
