using Grpc.AspNetCore.Server;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace KoopmanMesh.ServiceDefaults.Health;

/// <summary>
/// Tells the health of the host and of each service that it maps: SERVING once everything has started and as long as
/// the registered health checks pass, NOT_SERVING from the moment the host begins to stop. A check whose tags name
/// mapped services speaks for these, any other for all.
/// </summary>
internal sealed class HealthLifetime(
    HealthGrpcService health,
    EndpointDataSource endpoints,
    ReadinessChecks checks,
    IOptions<HostingOptions> hosting,
    TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private HashSet<string> _services = [];
    private Task _checking = Task.CompletedTask;
    private volatile bool _started;
    private volatile HealthReport? _report;

    /// <summary>Whether everything has started.</summary>
    public Readiness Startup => _started ? new(true, "started", []) : new(false, "starting", []);

    /// <summary>Whether the host can serve, as the last round of checks found.</summary>
    public Readiness Readiness
    {
        get
        {
            if (_stop.IsCancellationRequested)
            {
                return new(false, "stopping", []);
            }

            if (_report is not { } report)
            {
                return new(false, "starting", []);
            }

            List<FailingCheck> failing = [.. FailingOf(report).Select(static check =>
                new FailingCheck(check.Key, check.Value.Description ?? "the check says no more"))];
            return new(failing.Count == 0, failing.Count == 0 ? "ready" : "not ready", failing);
        }
    }

    /// <summary>Whoever asks while the host starts is not told that nobody knows it.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        SetAll(static _ => ServingStatus.NotServing);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The server listens and every service is mapped.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _services =
        [
            .. endpoints.Endpoints
                .Select(static e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName)
                .OfType<string>(),
        ];
        SetAll(static _ => ServingStatus.NotServing);
        _started = true;
        _checking = checks.RunAsync(Tell, _stop.Token);
        return Task.CompletedTask;
    }

    /// <summary>Has load balancers turn away before connections are closed.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stop.Cancel();
            SetAll(static _ => ServingStatus.NotServing);
        }

        // Whoever cuts the stop short cuts this short.
        await _checking.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(hosting.Value.DrainDelay, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        health.EndWatches();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    private void Tell(HealthReport report)
    {
        _report = report;
        var failing = FailingOf(report).Select(static check => check.Value).ToList();
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested)
            {
                SetAll(service => failing.Exists(check => SpeaksFor(check, service))
                    ? ServingStatus.NotServing
                    : ServingStatus.Serving);
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, HealthReportEntry>> FailingOf(HealthReport report) =>
        report.Entries.Where(static check => check.Value.Status == HealthStatus.Unhealthy);

    private bool SpeaksFor(HealthReportEntry check, string service) =>
        service.Length == 0 || check.Tags.Contains(service) || !check.Tags.Any(_services.Contains);

    private void SetAll(Func<string, ServingStatus> status)
    {
        foreach (var service in _services.Append(""))
        {
            health.SetStatus(service, status(service));
        }
    }
}
