using System.Diagnostics;

namespace KoopmanMesh.FunctionalTests.Hosting;

/// <summary>Files that NumPy wrote, by tests/reference/write_trajectories.py.</summary>
public sealed class TrajectoryFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-trajectories-");

    public TrajectoryFiles() => Python(
        Path.Combine(SharedData.Repository!, "tests", "reference", "write_trajectories.py"), _folder.FullName);

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Names of what is in the folder.</summary>
    internal string[] Names => [.. _folder.EnumerateFileSystemInfos().Select(entry => entry.Name)];

    /// <summary>Runs a script and returns what it prints.</summary>
    internal static string Python(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEnd();
        var error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, error);
        return output;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
