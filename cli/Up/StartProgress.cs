namespace KoopmanMesh.Cli.Up;

/// <summary>
/// While a mesh starts: a line for each process as it gets ready, and now and then what is waited for.
/// </summary>
internal sealed class StartProgress : IAsyncDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _said = [];
    private readonly UpReport _report;
    private readonly Func<IReadOnlyList<Child>> _children;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Task _reminders;

    public StartProgress(UpReport report, Func<IReadOnlyList<Child>> children)
    {
        (_report, _children) = (report, children);
        report.Waiting = SayReady;
        _reminders = RemindAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _report.Waiting = static () => { };
        await _end.CancelAsync();
        await _reminders;
        _end.Dispose();
    }

    private void SayReady()
    {
        lock (_gate)
        {
            foreach (var child in _children().Where(c => c.WaitsFor is null && _said.Add(c.Spec.Name)))
            {
                _report.Say($"{child.Spec.Name} is ready (process {child.State.Pid}, port {PortOf(child.Spec)})");
            }
        }
    }

    private async Task RemindAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                var waiting = _children().Where(static c => c.WaitsFor is not null).ToList();
                if (waiting.Count > 0)
                {
                    _report.Say("waiting for " + string.Join(
                        ", ", waiting.Select(static c => $"{c.Spec.Name} ({c.WaitsFor})")));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // All of them are ready, or it was given up.
        }
    }

    private static int PortOf(ChildSpec spec) => Services.All.Contains(spec.Role) ? spec.GrpcPort : spec.InternalPort;
}
