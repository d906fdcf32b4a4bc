using System.Collections.Concurrent;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Work;

/// <summary>A host whose handlers do what a test says instead of capturing, merging, fitting and scoring.</summary>
internal sealed class WorkFixture : IAsyncDisposable
{
    private static int _hosts;

    private readonly IHost _host;
    private readonly TemporaryFolder _folder;

    private WorkFixture(IHost host, TemporaryFolder folder) => (_host, _folder) = (host, folder);

    public IRunLedger Runs => _host.Services.GetRequiredService<IRunLedger>();

    public IWorkLedger Ledger => _host.Services.GetRequiredService<IWorkLedger>();

    public IEventBus Bus => _host.Services.GetRequiredService<IEventBus>();

    public RunEnder Ender => _host.Services.GetRequiredService<RunEnder>();

    /// <summary>Starts a host whose work is done by <paramref name="body"/>.</summary>
    public static async Task<WorkFixture> StartAsync(
        Func<WorkAttempt, CancellationToken, Task<string>> body, Func<IEventBus, IEventBus>? wire = null,
        Action<WorkOptions>? options = null, StateOptions? state = null)
    {
        var folder = new TemporaryFolder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(HostInstance.New("test", $"{Interlocked.Increment(ref _hosts)}"));
        builder.Services.AddEventBus().AddState().AddWork();
        builder.Services.Configure<StateOptions>(o =>
        {
            o.Root = folder.Path;
            if (state is not null)
            {
                (o.Ledger, o.Postgres, o.PostgresSchema) = (state.Ledger, state.Postgres, state.PostgresSchema);
            }
        });
        builder.Services.Configure<WorkOptions>(o =>
        {
            o.RetryDelay = TimeSpan.FromMilliseconds(10);
            o.ProgressInterval = TimeSpan.FromMilliseconds(10);
            o.ReconcileInterval = TimeSpan.FromMilliseconds(100);
            o.RepublishAfter = TimeSpan.FromMilliseconds(100);
            options?.Invoke(o);
        });
        builder.Services.AddSingleton(body);
        builder.Services.AddEventHandler<ShardPlanned, ScriptedWork>(4);
        builder.Services.AddEventHandler<MergePlanned, ScriptedWork>(2);
        builder.Services.AddEventHandler<FitPlanned, ScriptedWork>(2);
        builder.Services.AddEventHandler<ScorePlanned, ScriptedWork>();
        if (wire is not null)
        {
            var bus = builder.Services.Single(d => d.ServiceType == typeof(IEventBus));
            builder.Services.Remove(bus);
            builder.Services.AddSingleton(s => wire((IEventBus)bus.ImplementationFactory!(s)));
        }

        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new WorkFixture(host, folder);
    }

    /// <summary>Submits a run of so many components and shards.</summary>
    public async Task<string> SubmitAsync(int components, int shards, CancellationToken ct)
    {
        var run = await Runs.CreateOrGetAsync(
            new NewRun(new RunSpec(), "", "", new RunPlan(components, shards, shards * 100)), ct);
        await _host.Services.GetRequiredService<RunAdvancer>().AdvanceAsync(run.Run.RunId, ct);
        return run.Run.RunId;
    }

    /// <summary>The run once it has ended.</summary>
    public async Task<RunRecord> EndOfAsync(string runId, CancellationToken ct)
    {
        var last = await Runs.GetAsync(runId, ct);
        await foreach (var run in Runs.WatchAsync(runId, ct))
        {
            last = run;
        }

        return last;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(TestContext.Current.CancellationToken);
        _host.Dispose();
        _folder.Dispose();
    }

    private sealed class ScriptedWork(WorkRunner work, Func<WorkAttempt, CancellationToken, Task<string>> body)
        : IEventHandler<ShardPlanned>, IEventHandler<MergePlanned>, IEventHandler<FitPlanned>,
            IEventHandler<ScorePlanned>
    {
        public Task HandleAsync(ShardPlanned e, CancellationToken ct) =>
            work.RunAsync(new WorkKey(e.RunId, WorkKind.Shard, Index: e.Shard), body, ct);

        public Task HandleAsync(MergePlanned e, CancellationToken ct) => work.RunAsync(
            new WorkKey(e.RunId, WorkKind.Merge, e.Component, e.Level, e.Index), body, ct);

        public Task HandleAsync(FitPlanned e, CancellationToken ct) =>
            work.RunAsync(new WorkKey(e.RunId, WorkKind.Fit, e.Component), body, ct);

        public Task HandleAsync(ScorePlanned e, CancellationToken ct) =>
            work.RunAsync(new WorkKey(e.RunId, WorkKind.Score), body, ct);
    }
}

/// <summary>A bus that loses, doubles and delays events as its seed says.</summary>
internal sealed class FaultyBus(IEventBus inner, int seed) : IEventBus
{
    private readonly Random _random = new(seed);
    private readonly ConcurrentQueue<Func<CancellationToken, ValueTask>> _held = new();

    public async ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent
    {
        var chance = Draw();
        if (chance < 0.3)
        {
            return;
        }

        if (chance < 0.6)
        {
            _held.Enqueue(token => inner.PublishAsync(e, token));
            return;
        }

        await inner.PublishAsync(e, ct);
        await inner.PublishAsync(e, ct);
        if (_held.TryDequeue(out var late))
        {
            await late(ct);
        }
    }

    private double Draw()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }
}

/// <summary>A bus that refuses to publish that a run was scored until it is back.</summary>
internal sealed class DeafBus : IEventBus
{
    private readonly TaskCompletionSource<RunScored> _heard = new();
    private IEventBus _inner = null!;

    public volatile bool IsBack;

    public Task<RunScored> Heard => _heard.Task;

    public IEventBus Around(IEventBus inner)
    {
        _inner = inner;
        return this;
    }

    public ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent
    {
        if (e is not RunScored scored)
        {
            return _inner.PublishAsync(e, ct);
        }

        if (!IsBack)
        {
            throw new EventBusUnavailableException(T.Topic, "its sidecar is away");
        }

        _heard.TrySetResult(scored);
        return _inner.PublishAsync(e, ct);
    }
}

/// <summary>A bus whose sidecar is away for good.</summary>
internal sealed class MuteBus : IEventBus
{
    public ValueTask PublishAsync<T>(T e, CancellationToken ct)
        where T : class, IRunEvent => throw new EventBusUnavailableException(T.Topic, "its sidecar is away");
}
