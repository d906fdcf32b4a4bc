using System.Collections.Concurrent;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging;

/// <summary>
/// A host with nothing but the bus. What handlers do is told by each test through <see cref="Handling{T}"/>.
/// </summary>
internal sealed class BusFixture : IAsyncDisposable
{
    private readonly IHost _host;

    private BusFixture(IHost host, RecordingLoggerProvider logs) => (_host, Logs) = (host, logs);

    public RecordingLoggerProvider Logs { get; }

    public IEventBus Bus => _host.Services.GetRequiredService<IEventBus>();

    public RunCancellations Cancellations => _host.Services.GetRequiredService<RunCancellations>();

    public static async Task<BusFixture> StartAsync(
        Action<IServiceCollection> configure, Action<EventBusOptions>? options = null)
    {
        var logs = new RecordingLoggerProvider();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddEventBus();
        builder.Services.Configure<EventBusOptions>(o => o.RetryDelay = TimeSpan.FromMilliseconds(1));
        if (options is not null)
        {
            builder.Services.Configure(options);
        }

        configure(builder.Services);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new BusFixture(host, logs);
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
    }
}

/// <summary>What a test wants done with an event, and the events that came.</summary>
internal sealed class Handling<T>(Func<T, CancellationToken, Task> handle)
    where T : class, IRunEvent
{
    private readonly TaskCompletionSource<T> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<T> Seen { get; } = new();

    /// <summary>The first event, within a generous time.</summary>
    public Task<T> First => _first.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public async Task RunAsync(T e, CancellationToken ct)
    {
        Seen.Enqueue(e);
        _first.TrySetResult(e);
        await handle(e, ct);
    }
}

/// <summary>Two handler types, so that one event can have two subscriptions.</summary>
internal sealed class FirstHandler<T>(Handling<T> handling) : IEventHandler<T>
    where T : class, IRunEvent
{
    public Task HandleAsync(T e, CancellationToken ct) => handling.RunAsync(e, ct);
}

internal sealed class SecondHandler<T>(Handling<T> handling) : IEventHandler<T>
    where T : class, IRunEvent
{
    public Task HandleAsync(T e, CancellationToken ct) => handling.RunAsync(e, ct);
}

internal static class HandlingRegistration
{
    public static Handling<T> Handle<T>(
        this IServiceCollection services, Func<T, CancellationToken, Task>? handle = null, int concurrency = 1)
        where T : class, IRunEvent
    {
        var handling = new Handling<T>(handle ?? ((_, _) => Task.CompletedTask));
        services.AddSingleton(handling).AddEventHandler<T, FirstHandler<T>>(concurrency);
        return handling;
    }
}
