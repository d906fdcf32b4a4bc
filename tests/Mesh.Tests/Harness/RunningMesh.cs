using System.Globalization;
using System.Text;
using KoopmanMesh.Servers;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>
/// A mesh of real processes: services, a sidecar beside each, PostgreSQL and Redis, on free ports of 127.0.0.1, in a
/// folder that goes with it. What dies is started again.
/// </summary>
internal sealed class RunningMesh : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-mesh-");
    private readonly Guardian _guardian;
    private readonly MeshShape _shape;
    private readonly Dictionary<string, ReplicaPorts> _ports = [];

    private RunningMesh(MeshShape shape)
    {
        _shape = shape;
        _guardian = new Guardian(_folder.FullName);
    }

    public PostgresServer Postgres { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    /// <summary>By name: capture-0, sidecar of capture-0, …</summary>
    public Dictionary<string, MeshProcess> Processes { get; } = [];

    public MeshApi Api { get; private set; } = null!;

    public string State => _shape.State ?? Path.Combine(_folder.FullName, "state");

    public static async Task<RunningMesh> StartAsync(MeshShape shape, CancellationToken cancellationToken)
    {
        var mesh = new RunningMesh(shape);
        try
        {
            mesh.Postgres = await PostgresServer.StartAsync(fsync: false, cancellationToken);
            mesh.Redis = await RedisServer.StartAsync(cancellationToken);
            mesh.Prepare();
            foreach (var process in mesh.Processes.Values)
            {
                process.Start();
            }

            await mesh.ReadyAsync(cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public Uri InternalOf(string replica) => new($"http://127.0.0.1:{_ports[replica].Internal}");

    public Uri SidecarOf(string replica) => new($"http://127.0.0.1:{_ports[replica].Sidecar}");

    /// <summary>Waits until every replica says that it can serve.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_startLimit);
        using var http = new HttpClient();
        foreach (var replica in _ports.Keys)
        {
            try
            {
                while (!await IsReadyAsync(http, replica, limit.Token))
                {
                    await Task.Delay(50, limit.Token);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{replica} was not ready within {_startLimit}:\n{Said()}");
            }
        }
    }

    /// <summary>What every process wrote last, for a test that failed.</summary>
    public string Said(int lines = 15)
    {
        var text = new StringBuilder();
        foreach (var process in Processes.Values)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"--- {process.Name}, life {process.Lives}")
                .AppendLine(process.Said(lines));
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        await Task.WhenAll(Processes.Values.Select(static p => p.DisposeAsync().AsTask()));
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }

        _guardian.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http, string replica, CancellationToken cancellationToken) =>
        await IsReadyAsync(http, new Uri(InternalOf(replica), "/readyz"), cancellationToken)
        && await IsReadyAsync(http, new Uri(SidecarOf(replica), "/v1.0/healthz"), cancellationToken);

    private void Prepare()
    {
        (string Role, int Index)[] replicas = [.. _shape.Replicas()];
        var ports = FreePorts.Take(4 * replicas.Length);
        for (var i = 0; i < replicas.Length; i++)
        {
            _ports[$"{replicas[i].Role}-{replicas[i].Index}"] = new ReplicaPorts(
                ports[4 * i], ports[(4 * i) + 1], ports[(4 * i) + 2], ports[(4 * i) + 3]);
        }

        var resources = SidecarResources.Write(_folder.CreateSubdirectory("dapr").FullName, Redis.Address);
        foreach (var (role, index) in replicas)
        {
            var name = $"{role}-{index}";
            Add(name, $"KoopmanMesh.{char.ToUpperInvariant(role[0])}{role[1..]}", [], ServiceSettings(name));
            Add(
                $"sidecar of {name}", "KoopmanMesh.Sidecar", SidecarArguments(role, _ports[name], resources),
                Merge(_shape.Sidecars));
        }

        Api = new MeshApi(
            [.. _ports.Where(static p => p.Key.StartsWith("capture", StringComparison.Ordinal))
                .Select(static p => new Uri($"http://127.0.0.1:{p.Value.Grpc}"))]);
    }

    private void Add(string name, string program, string[] arguments, Dictionary<string, string> settings)
    {
        var logs = _folder.CreateSubdirectory("logs").FullName;
        Processes[name] = new MeshProcess(
            name, Path.Combine(AppContext.BaseDirectory, program), arguments, settings, logs, _guardian);
    }

    private static string[] SidecarArguments(string role, ReplicaPorts ports, string resources) =>
    [
        "--app-id", role,
        "--app-port", Text(ports.Internal),
        "--app-protocol", "http",
        "--dapr-http-port", Text(ports.Sidecar),
        "--dapr-grpc-port", Text(ports.SidecarGrpc),
        "--resources-path", resources,
        "--log-level", "info",
    ];

    private Dictionary<string, string> ServiceSettings(string name)
    {
        var ports = _ports[name];
        return Merge(
            new Dictionary<string, string>
            {
                ["Hosting__Listen"] = $"127.0.0.1:{Text(ports.Grpc)}",
                ["Hosting__InternalListen"] = $"127.0.0.1:{Text(ports.Internal)}",
                ["Hosting__Instance"] = name,
                ["Mesh__Capture"] = AddressesOf("capture"),
                ["Mesh__Koopman"] = AddressesOf("koopman"),
                ["Mesh__Credit"] = AddressesOf("credit"),
                ["State__Root"] = State,
                ["State__Ledger"] = "Postgres",
                ["State__Postgres"] = Postgres.ConnectionString,
                ["EventBus__Kind"] = "Dapr",
                ["DAPR_HTTP_PORT"] = Text(ports.Sidecar),
                ["Work__Lease"] = Lease.ToString(),
                ["Work__RetryDelay"] = "00:00:00.100",
                ["Work__ReconcileInterval"] = "00:00:00.500",
                ["Work__RepublishAfter"] = "00:00:01",
                ["OPENBLAS_NUM_THREADS"] = "1",
            },
            _shape.Settings,
            _shape.Replica(name));
    }

    private Dictionary<string, string> Merge(params IReadOnlyDictionary<string, string>[] settings)
    {
        Dictionary<string, string> merged = new() { ["KOOPMANMESH_TEST_FOLDER"] = _folder.FullName };
        foreach (var (name, value) in settings.SelectMany(static s => s))
        {
            merged[name] = value;
        }

        return merged;
    }

    private string AddressesOf(string role)
    {
        var addresses = _ports.Where(p => p.Key.StartsWith(role, StringComparison.Ordinal))
            .Select(static p => $"127.0.0.1:{Text(p.Value.Grpc)}");
        return $"static:///{string.Join(',', addresses)}";
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private sealed record ReplicaPorts(int Grpc, int Internal, int Sidecar, int SidecarGrpc);
}
