using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Keys that can't be used are told at start, not to the first caller; and before the web server starts, which would
/// log them as a fault of the program.
/// </summary>
internal sealed class CredentialsCheck(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<Credentials>();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
