using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>The service of one call: the registered one of its scope, or a new one that ends with it.</summary>
/// <typeparam name="TService">The type that implements the service.</typeparam>
internal readonly struct ServiceActivation<TService> : IAsyncDisposable
    where TService : class
{
    private static readonly Lazy<ObjectFactory<TService>> Factory =
        new(() => ActivatorUtilities.CreateFactory<TService>([]));

    private readonly bool _owned;

    public ServiceActivation(IServiceProvider services)
    {
        var registered = services.GetService<TService>();
        _owned = registered is null;
        Service = registered ?? Factory.Value(services, []);
    }

    public TService Service { get; }

    public ValueTask DisposeAsync() => _owned ? Disposal.DisposeAsync(Service) : ValueTask.CompletedTask;
}

/// <summary>Disposes what may or may not be disposable.</summary>
internal static class Disposal
{
    public static ValueTask DisposeAsync(object instance)
    {
        if (instance is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        (instance as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
