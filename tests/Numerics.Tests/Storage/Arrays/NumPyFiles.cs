using System.Diagnostics;

namespace KoopmanMesh.Numerics.Tests.Storage.Arrays;

/// <summary>Files written by NumPy, once for a test class: tests/reference/write_arrays.py.</summary>
public sealed class NumPyFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmanmesh-arrays-");

    public NumPyFiles() => Python(
        Path.Combine(AppContext.BaseDirectory, "reference", "write_arrays.py"), _folder.FullName);

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Runs a script and returns what it prints.</summary>
    internal static string Python(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEnd();
        var error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, error);
        return output;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
