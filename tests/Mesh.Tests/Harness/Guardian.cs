using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>
/// Ends the processes of a mesh when this process ends, however it does, a kill included: it sees the end of its input.
/// </summary>
internal sealed class Guardian : IDisposable
{
    // $1 is the mesh's folder, which stands in the environment of all its processes: a number that went to another
    // process is left alone.
    private const string Script =
        """
        pids=
        while read -r pid; do pids="$pids $pid"; done
        for pid in $pids; do
          tr '\0' '\n' </proc/$pid/environ 2>/dev/null | grep -qF "$1" && kill -KILL "$pid"
        done
        for attempt in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && break; sleep 0.2; done
        """;

    private readonly Process _process;
    private readonly Lock _writing = new();

    public Guardian(string folder)
    {
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.StandardInput.AutoFlush = true;
    }

    public void Watch(int processId)
    {
        lock (_writing)
        {
            _process.StandardInput.WriteLine(processId.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Kills what is left and removes the folder.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
