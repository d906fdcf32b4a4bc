namespace KoopmanMesh.Sidecar.Delivering;

/// <summary>
/// Asks the application how it is, when told to
/// (https://docs.dapr.io/operations/resiliency/health-checks/app-health/): nothing is read for one that is not well.
/// </summary>
internal sealed class AppHealth(SidecarArguments arguments, AppClient app)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    private int _failures;

    private bool IsWell => Volatile.Read(ref _failures) < arguments.HealthThreshold;

    public async Task WaitAsync(CancellationToken ct)
    {
        while (!IsWell)
        {
            await Task.Delay(_look, ct);
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (arguments.HealthPath is { } path)
        {
            var well = await app.IsHealthyAsync(path, ct);
            Volatile.Write(ref _failures, well ? 0 : _failures + 1);
            await Task.Delay(arguments.HealthInterval, ct);
        }
    }
}
