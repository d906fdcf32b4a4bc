using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>One process of a mesh over its lives: whoever kills it, it is started again with the same ports.</summary>
internal sealed class MeshProcess : IAsyncDisposable
{
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly Guardian _guardian;
    private readonly string _log;
    private readonly CancellationTokenSource _ending = new();
    private Process? _process;
    private Task _keeping = Task.CompletedTask;

    public MeshProcess(
        string name, string program, string[] arguments, IReadOnlyDictionary<string, string> settings, string logs,
        Guardian guardian)
    {
        (Name, _program, _arguments, _settings, _guardian) = (name, program, arguments, settings, guardian);
        _log = Path.Combine(logs, name + ".log");
    }

    public string Name { get; }

    public bool IsSidecar => Name.StartsWith("sidecar", StringComparison.Ordinal);

    /// <summary>How often it was started.</summary>
    public int Lives { get; private set; }

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    public void Start()
    {
        Launch();
        _keeping = KeepAsync();
    }

    /// <summary>SIGKILL. It is started again a moment later.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>SIGSTOP for a time: it comes back without knowing that it was away.</summary>
    public async Task PauseAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var id = ProcessId;
        await SignalAsync("-STOP", id, cancellationToken);
        try
        {
            await Task.Delay(time, cancellationToken);
        }
        finally
        {
            await SignalAsync("-CONT", id, CancellationToken.None);
        }
    }

    /// <summary>SIGTERM; returns its exit code once it has ended. It is not started again.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await _keeping;
        if (IsRunning)
        {
            await SignalAsync("-TERM", ProcessId, cancellationToken);
            await _process!.WaitForExitAsync(cancellationToken).WaitAsync(_stopLimit, cancellationToken);
        }

        return _process!.ExitCode;
    }

    /// <summary>The last lines that it wrote, over all its lives.</summary>
    public string Said(int lines)
    {
        try
        {
            using var file = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(lines));
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _keeping;
        if (IsRunning)
        {
            _process!.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _ending.Dispose();
    }

    private static async Task SignalAsync(string signal, int processId, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [signal, processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    // As an orchestrator does.
    private async Task KeepAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _process!.WaitForExitAsync(_ending.Token);
                await Task.Delay(100, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _process!.Dispose();
            Launch();
        }
    }

    // The shell gives the process a file to write to and is replaced by it: nobody here needs to read.
    private void Launch()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", _log, _program, .. _arguments]);
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _guardian.Watch(_process.Id);
        Lives++;
    }
}
