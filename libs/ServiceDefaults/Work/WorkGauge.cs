using System.Diagnostics.Metrics;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// Tells how much work waits and is under way, as the ledger counts it: every process tells the same numbers. The
/// ledger is asked now and then, and only while somebody collects.
/// </summary>
internal sealed class WorkGauge : BackgroundService
{
    // Every process asks: by default as often as a collector does.
    private const int IntervalsBetween = 3;

    private readonly WorkServices _services;
    private readonly ILogger<WorkGauge> _logger;
    private readonly Meter _meter = new(new MeterOptions(WorkTelemetry.Name));
    private readonly ObservableGauge<long> _open;
    private readonly ObservableGauge<int> _reachable;
    private volatile IReadOnlyList<WorkCount> _counts = [];
    private volatile bool _found = true;

    public WorkGauge(WorkServices services, ILogger<WorkGauge> logger)
    {
        (_services, _logger) = (services, logger);
        _open = _meter.CreateObservableGauge(
            "koopmanmesh.work.open", Measure, "{item}",
            "Work of open runs that is ready or leased, by kind and state.");
        _reachable = _meter.CreateObservableGauge(
            "koopmanmesh.ledger.reachable", () => _found ? 1 : 0, "{ledger}",
            "Whether the ledger answered when it was asked last.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_services.Options.ReconcileInterval * IntervalsBetween, _services.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (_open.Enabled || _reachable.Enabled)
            {
                await CountAsync(stoppingToken).ConfigureAwait(false);
            }
        }
    }

    internal async Task CountAsync(CancellationToken ct)
    {
        try
        {
            _counts = await _services.Work.CountAsync(ct).ConfigureAwait(false);
            _found = true;
        }
        catch (KoopmanMeshException e)
        {
            Log.WorkNotCounted(_logger, e.Message);
            (_counts, _found) = ([], false);
        }
    }

    private IEnumerable<Measurement<long>> Measure() => _counts.Select(static c => new Measurement<long>(
        c.Items,
        WorkTelemetry.Kind(c.Kind),
        new KeyValuePair<string, object?>(WorkTelemetry.StateTag, c.State == WorkState.Ready ? "ready" : "leased")));
}
