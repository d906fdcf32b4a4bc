using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>
/// Events through a sidecar and Redis and back, one service with one sidecar: the sidecar is the tests' double, not
/// Dapr, so that this is what the services and Redis take, and a floor for the whole.
/// </summary>
internal static class EventBenchmark
{
    private const int Events = 2_000;
    private const int Publishers = 16;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>Seconds an event, published and delivered, with many on their way.</summary>
    public static async Task<double> MeasureAsync(string sidecar, CancellationToken ct)
    {
        await using var redis = await RedisServer.StartAsync(ct);
        await using var postgres = await PostgresServer.StartAsync(ct);
        var folder = Directory.CreateTempSubdirectory("koopmesh-bench-events-");
        var resources = folder.CreateSubdirectory("dapr").FullName;
        await File.WriteAllTextAsync(Path.Combine(resources, "pubsub.yaml"), Component(redis.Address), ct);
        var (app, http, grpc) = (FreePort(), FreePort(), FreePort());
        await using var host = await BenchHost.StartAsync(
            postgres, folder.CreateSubdirectory("state").FullName, builder => Configure(builder, app, http), ct);
        using var process = Start(sidecar, app, http, grpc, resources);
        try
        {
            await ReadyAsync(http, ct);
            await RoundAsync(host, Events / 4, ct);
            return await RoundAsync(host, Events, ct) / Events;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private static void Configure(WebApplicationBuilder builder, int app, int sidecar)
    {
        builder.Configuration["DAPR_HTTP_PORT"] = sidecar.ToString(CultureInfo.InvariantCulture);
        builder.Configuration["EventBus:Kind"] = "Dapr";
        builder.Configuration["Hosting:InternalListen"] =
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{app}");
        builder.Services.AddSingleton<Counter>();
        builder.Services.AddEventHandler<RunCancelled, CountingHandler>(Publishers);
    }

    private static async Task<double> RoundAsync(BenchHost host, int events, CancellationToken ct)
    {
        var (bus, counter) = (host.Get<IEventBus>(), host.Get<Counter>());
        counter.Expect(events);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, events),
            new ParallelOptions { MaxDegreeOfParallelism = Publishers, CancellationToken = ct },
            (i, token) => bus.PublishAsync(
                new RunCancelled($"r-{i.ToString("x32", CultureInfo.InvariantCulture)}"), token));
        await counter.All.WaitAsync(_patience, ct);
        return watch.Elapsed.TotalSeconds;
    }

    private static Process Start(string sidecar, int app, int http, int grpc, string resources) => Process.Start(
        new ProcessStartInfo(
            sidecar,
            [
                "--app-id", "bench", "--app-port", $"{app}", "--app-protocol", "http", "--dapr-http-port", $"{http}",
                "--dapr-grpc-port", $"{grpc}", "--resources-path", resources, "--log-level", "error",
            ])
        {
            RedirectStandardInput = true,
        })!;

    private static string Component(string redis) =>
        $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: {EventBusOptions.DefaultPubSub}
        spec:
          type: pubsub.redis
          version: v1
          metadata:
          - name: redisHost
            value: {redis}
        """;

    private static async Task ReadyAsync(int http, CancellationToken ct)
    {
        using var client = new HttpClient();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(_patience);
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{http}/v1.0/healthz"), late.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50, late.Token);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal sealed class Counter
    {
        private TaskCompletionSource _all = new();
        private int _left;

        public Task All => _all.Task;

        public void Expect(int events) => (_all, _left) = (new TaskCompletionSource(), events);

        public void Count()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _all.TrySetResult();
            }
        }
    }

    internal sealed class CountingHandler(Counter counter) : IEventHandler<RunCancelled>
    {
        public Task HandleAsync(RunCancelled e, CancellationToken ct)
        {
            counter.Count();
            return Task.CompletedTask;
        }
    }
}
