using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Tests.Support;

namespace KoopmanMesh.ServiceDefaults.Tests.Messaging.Sidecar;

/// <summary>
/// The double of the Dapr sidecar as a process, told by daprd's own flags and resource files to use a real Redis.
/// </summary>
internal sealed class SidecarProcess : IAsyncDisposable
{
    public const string PubSub = "koopmanmesh-pubsub";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _resources = new();
    private readonly HttpClient _http = new();
    private readonly SidecarSettings _settings;
    private Process? _process;

    private SidecarProcess(SidecarSettings settings)
    {
        _settings = settings;
        File.WriteAllText(Path.Combine(_resources.Path, "pubsub.yaml"), ComponentYaml(settings));
        if (settings.Retries is { } retries)
        {
            File.WriteAllText(Path.Combine(_resources.Path, "resiliency.yaml"), ResiliencyYaml(retries));
        }

        if (settings.Subscription is { } subscription)
        {
            File.WriteAllText(Path.Combine(_resources.Path, "subscription.yaml"), subscription);
        }
    }

    public Uri Address => new($"http://127.0.0.1:{_settings.HttpPort}");

    /// <summary>A port of 127.0.0.1 that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it and waits until it serves, the application's subscriptions too if it has one.</summary>
    public static async Task<SidecarProcess> StartAsync(SidecarSettings settings)
    {
        var sidecar = new SidecarProcess(settings);
        await sidecar.StartAsync();
        return sidecar;
    }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", Arguments())
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in _settings.Environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        await WaitAsync(_settings.AppPort > 0 ? "v1.0/healthz" : "v1.0/healthz/outbound");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Publishes as any application does, without our client.</summary>
    public async Task<HttpStatusCode> PostAsync(string topic, HttpContent content, string query = "")
    {
        var target = new Uri(Address, $"/v1.0/publish/{PubSub}/{topic}{query}");
        using var response = await _http.PostAsync(target, content, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public Task<HttpStatusCode> PostJsonAsync<T>(string topic, T body) =>
        PostAsync(topic, JsonContent.Create(body));

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _http.Dispose();
        _resources.Dispose();
    }

    private async Task WaitAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await _http.GetAsync(
                    new Uri(Address, path), TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process!.HasExited)
            {
                // Not yet listening.
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < _patience, "the sidecar did not become ready");
            await Task.Delay(_poll, TestContext.Current.CancellationToken);
        }
    }

    private string[] Arguments() =>
    [
        Path.Combine(AppContext.BaseDirectory, "KoopmanMesh.Sidecar.dll"),
        "--app-id", _settings.AppId,
        "--app-port", _settings.AppPort.ToString(CultureInfo.InvariantCulture),
        "--app-protocol", "http",
        "--dapr-http-port", _settings.HttpPort.ToString(CultureInfo.InvariantCulture),
        "--dapr-grpc-port", "0",
        "--resources-path", _resources.Path,
        "--log-level", "warn",
    ];

    private static string ComponentYaml(SidecarSettings settings) =>
        $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: {PubSub}
        spec:
          type: pubsub.redis
          version: v1
          metadata:
            - name: redisHost
              value: {settings.Redis.Address}
            - name: queueDepth
              value: "1"
            - name: concurrency
              value: "{settings.Concurrency}"
            - name: processingTimeout
              value: {settings.ProcessingTimeout}
            - name: redeliverInterval
              value: 100ms
            - name: maxLenApprox
              value: "10000"
        """;

    private static string ResiliencyYaml(int retries) =>
        $"""
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata:
          name: test
        spec:
          policies:
            retries:
              deliver:
                policy: constant
                duration: 20ms
                maxRetries: {retries}
          targets:
            components:
              {PubSub}:
                inbound:
                  retry: deliver
        """;
}

/// <summary>What a test wants of a sidecar.</summary>
internal sealed record SidecarSettings(RedisServer Redis)
{
    public string AppId { get; init; } = "capture";

    /// <summary>The application's port; 0 for none, which publishes only.</summary>
    public int AppPort { get; init; }

    public int HttpPort { get; init; } = SidecarProcess.FreePort();

    public int Concurrency { get; init; } = 1;

    public string ProcessingTimeout { get; init; } = "60s";

    /// <summary>Retries of a delivery; null for no policy.</summary>
    public int? Retries { get; init; }

    /// <summary>A Subscription resource.</summary>
    public string? Subscription { get; init; }

    public Dictionary<string, string> Environment { get; init; } = [];
}
