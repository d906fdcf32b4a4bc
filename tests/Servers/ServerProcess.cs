using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Servers;

/// <summary>
/// One server over its starts and stops: its folder, its process, what it said last. Whatever becomes of this process,
/// a kill included, server and folder go with it: a guardian sees the end of its standard input.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 20;
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _probeInterval = TimeSpan.FromMilliseconds(20);

    // $1 is the folder, which the server's command line names: a number that went to another process is left alone.
    // A killed server's children write for a moment more.
    private const string Guard =
        """
        while read -r line; do pid=$line; done
        [ -n "$pid" ] && tr '\0' ' ' </proc/$pid/cmdline 2>/dev/null | grep -qF "$1" && kill -KILL "$pid"
        for attempt in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && break; sleep 0.2; done
        """;

    private readonly string _name;
    private readonly Process _guardian;
    private readonly Queue<string> _said = new();
    private Process? _process;

    internal ServerProcess(string name)
    {
        _name = name;
        Folder = Directory.CreateTempSubdirectory($"koopmanmesh-{name}-").FullName;
        _guardian = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", Folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _guardian.StandardInput.AutoFlush = true;
    }

    internal string Folder { get; }

    internal bool HasStarted => _process is not null;

    internal bool IsRunning => _process is { HasExited: false };

    internal int ProcessId => IsRunning ? _process!.Id : throw new ServerException($"{_name} does not run");

    /// <summary>Starts the server and waits until <paramref name="isReady"/>.</summary>
    internal async Task StartAsync(
        IReadOnlyList<string> command, Func<CancellationToken, Task<bool>> isReady, CancellationToken ct)
    {
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        await _guardian.StandardInput.WriteLineAsync(_process.Id.ToString(CultureInfo.InvariantCulture));
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var started = Stopwatch.StartNew();
        while (!await isReady(ct))
        {
            if (_process.HasExited)
            {
                throw new ServerException($"{_name} ended with {_process.ExitCode} at its start: {Said()}");
            }

            if (started.Elapsed > _startLimit)
            {
                throw new ServerException($"{_name} was not ready within {_startLimit}: {Said()}");
            }

            await Task.Delay(_probeInterval, ct);
        }

        if (_process.HasExited)
        {
            throw new ServerException($"{_name} ended at its start, and another answered at its port: {Said()}");
        }
    }

    /// <summary>SIGKILL to the server and its children, as a power cut has it.</summary>
    internal async Task KillAsync(CancellationToken ct)
    {
        if (IsRunning)
        {
            _process!.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(ct);
        }
    }

    /// <summary>Asks it to stop and waits until it has.</summary>
    internal async Task StopAsync(string signal, CancellationToken ct)
    {
        if (!IsRunning)
        {
            return;
        }

        var id = _process!.Id.ToString(CultureInfo.InvariantCulture);
        await Programs.RunAsync([Programs.Find("kill", "procps"), signal, id], ct);
        try
        {
            await _process.WaitForExitAsync(ct).WaitAsync(_stopLimit, ct);
        }
        catch (TimeoutException e)
        {
            throw new ServerException($"{_name} did not stop within {_stopLimit}: {Said()}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        _process?.Dispose();
        _guardian.StandardInput.Close();
        await _guardian.WaitForExitAsync(CancellationToken.None);
        _guardian.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > KeptLines)
            {
                _said.Dequeue();
            }
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return string.Join('\n', _said);
        }
    }
}
