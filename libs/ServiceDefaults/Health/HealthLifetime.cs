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
        var failing = report.Entries.Values.Where(static e => e.Status == HealthStatus.Unhealthy).ToList();
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
