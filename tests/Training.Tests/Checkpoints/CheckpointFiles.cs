using System.Diagnostics;

namespace KoopmanMesh.Training.Tests.Checkpoints;

/// <summary>Runs written by NumPy, once for a test class: tests/reference/write_checkpoints.py.</summary>
public sealed class CheckpointFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmanmesh-checkpoints-");

    public CheckpointFiles()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "reference", "write_checkpoints.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, _folder.FullName])
        {
            RedirectStandardError = true,
        })!;
        var error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, error);
    }

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    internal string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
