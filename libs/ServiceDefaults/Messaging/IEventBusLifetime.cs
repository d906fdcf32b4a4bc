using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.ServiceDefaults.Messaging;

/// <summary>A bus that starts and drains with its host.</summary>
internal interface IEventBusLifetime : IEventBus, IHostedLifecycleService
{
}
