using System.Diagnostics;

namespace KoopmanMesh.Cli.Up;

/// <summary>
/// A process that is kept running: started again when it ends, sooner at first and ever later while it goes on ending.
/// </summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan _probeInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _firstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _steady = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longestProbe = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Launcher _launcher;
    private readonly UpReport _report;
    private readonly LogFile _log;
    private volatile Process? _process;
    private volatile string _waitsFor = "not started";
    private Task _supervision = Task.CompletedTask;
    private int _restarts;

    public Child(ChildSpec spec, Launcher launcher, LogFile log, UpReport report) =>
        (Spec, _launcher, _log, _report) = (spec, launcher, log, report);

    public ChildSpec Spec { get; }

    /// <summary>What it waits for, in a few words; null when it is ready.</summary>
    public string? WaitsFor => _waitsFor.Length == 0 ? null : _waitsFor;

    public MeshProcess State =>
        new(Spec.Role, Spec.Index, _process?.Id ?? 0, Spec.GrpcPort, Spec.InternalPort, _restarts);

    /// <summary>Starts it, and goes on doing so.</summary>
    public async Task StartAsync()
    {
        _process = await LaunchAsync();
        _report.Changed();
        _supervision = Task.Run(() => SuperviseAsync(_process), CancellationToken.None);
    }

    /// <summary>Done when it serves for the first time.</summary>
    /// <exception cref="CliException">It ended before that; the message has what it said last.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        while (await ProbeAsync(ct) is { } waitsFor)
        {
            _waitsFor = waitsFor;
            _report.Waiting();
            if (_restarts > 0)
            {
                var said = _log.Last is [.., var last] ? last : "it said nothing";
                throw new CliException(
                    ExitCodes.Environment,
                    $"{Spec.Name} ended before it was ready: {said} (all that it said is in {_log.Path})");
            }

            await Task.Delay(_probeInterval, ct);
        }

        _waitsFor = "";
        _report.Waiting();
    }

    /// <summary>Tells it to end, and makes it end after its grace.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_process is { } process)
        {
            Signals.Send(process.Id, Spec.StopSignal);
            try
            {
                await _supervision.WaitAsync(Spec.Grace);
                return;
            }
            catch (TimeoutException)
            {
                _report.Say($"{Spec.Name} did not end within {Spec.Grace.TotalSeconds:0} s and was killed");
                Kill();
            }
        }

        await _supervision;
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        _stop.Cancel();
        if (_process is { } process)
        {
            Signals.Send(process.Id, Signals.Kill);
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _log.Dispose();
    }

    private async Task<string?> ProbeAsync(CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(_longestProbe);
        try
        {
            return await Spec.Probe(late.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return "it does not answer";
        }
    }

    private async Task SuperviseAsync(Process first)
    {
        var wait = _firstWait;
        for (var process = first; ; process = await LaunchAsync())
        {
            _process = process;
            if (_stop.IsCancellationRequested)
            {
                // Told to end while it was being started.
                Signals.Send(process.Id, Signals.Kill);
            }

            _report.Changed();
            var started = Stopwatch.GetTimestamp();
            await process.WaitForExitAsync(CancellationToken.None);
            var ending = EndingOf(process.ExitCode);
            _process = null;
            process.Dispose();
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            wait = Stopwatch.GetElapsedTime(started) > _steady ? _firstWait : wait;
            _restarts++;
            _report.Changed();
            _report.Say($"{Spec.Name} {ending}; starting it again in {wait.TotalSeconds:0.0} s");
            await Task.Delay(wait, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            wait = wait * 2 < _longestWait ? wait * 2 : _longestWait;
        }
    }

    private async Task<Process> LaunchAsync()
    {
        var process = await _launcher.StartAsync(Spec);
        process.OutputDataReceived += (_, line) => _log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => _log.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // As shells have it, and .NET too.
    private static string EndingOf(int exitCode) => exitCode > 128
        ? FormattableString.Invariant($"was ended by signal {exitCode - 128}")
        : FormattableString.Invariant($"ended with exit code {exitCode}");
}
