using System.Collections.Concurrent;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging;

/// <summary>
/// A host with the bus and a ledger of runs. What handlers do is told by each test through <see cref="Handling{T}"/>.
/// </summary>
internal sealed class BusFixture : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TemporaryFolder _folder;

    private BusFixture(IHost host, TemporaryFolder folder, RecordingLoggerProvider logs) =>
        (_host, _folder, Logs) = (host, folder, logs);

    public RecordingLoggerProvider Logs { get; }

    public IEventBus Bus => _host.Services.GetRequiredService<IEventBus>();

    public IRunLedger Runs => _host.Services.GetRequiredService<IRunLedger>();

    public RunEnder Ender => new(Runs, Bus, NullLogger.Instance);

    public RunCancellations Cancellations => _host.Services.GetRequiredService<RunCancellations>();

    public static async Task<BusFixture> StartAsync(
        Action<IServiceCollection> configure, Action<EventBusOptions>? options = null)
    {
        var logs = new RecordingLoggerProvider();
        var folder = new TemporaryFolder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(HostInstance.New("test", "0"));
        builder.Services.AddEventBus().AddState();
        builder.Services.AddOptions<WorkOptions>();
        builder.Services.AddSingleton<WorkServices>().AddHostedService<RunEndWatcher>();
        builder.Services.Configure<StateOptions>(o => o.Root = folder.Path);
        builder.Services.Configure<EventBusOptions>(o => o.RetryDelay = TimeSpan.FromMilliseconds(1));
        if (options is not null)
        {
            builder.Services.Configure(options);
        }

        configure(builder.Services);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new BusFixture(host, folder, logs);
    }

    /// <summary>A run that events can be of.</summary>
    public async Task<string> SubmitAsync()
    {
        var submitted = await Runs.CreateOrGetAsync(
            new NewRun(new RunSpec(), "", "", new RunPlan(1, 1, 100)), TestContext.Current.CancellationToken);
        return submitted.Run.RunId;
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
        _folder.Dispose();
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
