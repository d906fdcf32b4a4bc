using KoopmanMesh.Cli.Output;
using Spectre.Console;

namespace KoopmanMesh.Cli.Up;

/// <summary>
/// A mesh of processes on this machine: ledger and broker, then the services with their sidecars, each kept running on
/// its ports until all are stopped, in the reverse order.
/// </summary>
internal sealed class MeshSupervisor : IAsyncDisposable
{
    // Redis and PostgreSQL; of each replica its gRPC and internal one and two of its sidecar.
    private const int ServerPorts = 2;
    private const int PortsOfReplica = 4;

    private static readonly TimeSpan _longestStart = TimeSpan.FromMinutes(2);

    private readonly UpOptions _options;
    private readonly MeshFolder _folder;
    private readonly Programs _programs;
    private readonly Launcher _launcher;
    private readonly UpReport _report;
    private readonly Lock _gate = new();
    private readonly List<Child> _children = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private string _endpoint = "";

    private MeshSupervisor(UpOptions options, MeshFolder folder, Programs programs, IAnsiConsole console)
    {
        (_options, _folder, _programs) = (options, folder, programs);
        _launcher = new Launcher(programs.Setsid, programs.Setpriv);
        _report = new UpReport(console, WriteMeshFile);
    }

    /// <summary>What clients call.</summary>
    public Uri Endpoint => new(_endpoint);

    /// <summary>All processes, in the order of their start.</summary>
    public IReadOnlyList<Child> Children
    {
        get
        {
            lock (_gate)
            {
                return [.. _children];
            }
        }
    }

    /// <summary>Starts everything, and tells of it on standard error; done when all of it serves.</summary>
    public static Task<MeshSupervisor> StartAsync(UpOptions options, CancellationToken ct) =>
        StartAsync(options, Terminal.Progress, ct);

    /// <summary>Starts everything; done when all of it serves.</summary>
    /// <exception cref="CliException">Something is missing or did not start; nothing is left running.</exception>
    public static async Task<MeshSupervisor> StartAsync(
        UpOptions options, IAnsiConsole console, CancellationToken ct)
    {
        var programs = Programs.Find(options);
        if (options.Port > 0)
        {
            Ports.RequireFree(options.Port);
        }

        var mesh = new MeshSupervisor(options, MeshFolder.Take(options.Folder), programs, console);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(_longestStart);
        try
        {
            await mesh.StartAllAsync(late.Token);
            return mesh;
        }
        catch (Exception e)
        {
            var waited = mesh.Children.Where(static child => child.WaitsFor is not null)
                .Select(static child => $"{child.Spec.Name} ({child.WaitsFor})").ToList();
            await mesh.DisposeAsync();
            if (e is OperationCanceledException && !ct.IsCancellationRequested)
            {
                throw new CliException(
                    ExitCodes.Environment,
                    $"the mesh was not ready after {_longestStart.TotalSeconds:0} s: {string.Join(", ", waited)}; "
                    + $"logs are in {mesh._folder.Logs}", e);
            }

            throw;
        }
    }

    /// <summary>Ends everything at once, for whoever has no patience.</summary>
    public void KillAll()
    {
        foreach (var child in Children)
        {
            child.Kill();
        }
    }

    /// <summary>Stops everything in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        // A service delivers its last answers by its sidecar, and both need broker and ledger for that.
        var children = Children;
        foreach (var wave in new[] { IsService, IsSidecar, IsServer })
        {
            await Task.WhenAll(children.Where(child => wave(child.Spec)).Select(static child => child.StopAsync()));
        }

        lock (_gate)
        {
            _children.ForEach(static child => child.Dispose());
            _children.Clear();
            File.Delete(_folder.MeshFile);
        }

        _http.Dispose();
        _folder.Dispose();
    }

    private static bool IsService(ChildSpec spec) => Services.All.Contains(spec.Role);

    private static bool IsSidecar(ChildSpec spec) => spec.Role.EndsWith("-sidecar", StringComparison.Ordinal);

    private static bool IsServer(ChildSpec spec) => !IsService(spec) && !IsSidecar(spec);

    private async Task StartAllAsync(CancellationToken ct)
    {
        // In one go: of ports picked in two, one that nobody listens at yet may come twice.
        var ports = Ports.Free(ServerPorts + (PortsOfReplica * _options.Replicas.All));
        var replicas = Replicas(ports);
        _endpoint = FormattableString.Invariant($"http://127.0.0.1:{replicas[0].Grpc}");
        await using var progress = new StartProgress(_report, () => Children);
        var redis = await StartServersAsync(replicas.Count, ports, ct);
        var (resources, configuration) = DaprFiles.Write(_folder.Dapr, redis);
        var specs = new ServiceChildren(_options, _folder, _programs, replicas, _http);
        await StartAsync(
            [.. replicas.SelectMany(r => new[] { specs.Service(r), specs.Sidecar(r, resources, configuration) })], ct);
    }

    private List<ReplicaPorts> Replicas(Queue<int> free)
    {
        var counts = _options.Replicas;
        (string Service, int Count)[] wanted =
        [
            (Services.Capture, counts.Capture), (Services.Koopman, counts.Koopman), (Services.Credit, counts.Credit),
        ];
        List<ReplicaPorts> replicas =
        [
            .. wanted.SelectMany(w => Enumerable.Range(0, w.Count).Select(i => new ReplicaPorts(
                w.Service, i, free.Dequeue(), free.Dequeue(), free.Dequeue(), free.Dequeue()))),
        ];
        replicas[0] = _options.Port > 0 ? replicas[0] with { Grpc = _options.Port } : replicas[0];
        return replicas;
    }

    /// <summary>Starts the servers that were not given; gives the address of Redis.</summary>
    private async Task<string> StartServersAsync(int replicas, Queue<int> ports, CancellationToken ct)
    {
        List<ChildSpec> servers = [];
        var connection = _options.Postgres;
        if (connection is null)
        {
            var account = Account.Unprivileged("postgres", "nobody");
            Directory.CreateDirectory(_folder.Postgres);
            var password = await PostgresChild.InitializeAsync(_programs, _folder.Postgres, account, ct);
            var port = ports.Dequeue();
            connection = PostgresChild.ConnectionString(port, password);
            servers.Add(PostgresChild.Create(_programs, _folder.Postgres, port, replicas, account, connection));
        }

        var redis = _options.Redis;
        if (redis is null)
        {
            var account = Account.Unprivileged("redis", "nobody");
            Directory.CreateDirectory(_folder.Redis);
            await Ownership.GiveAsync(_folder.Redis, account, _programs, ct);
            var port = ports.Dequeue();
            redis = FormattableString.Invariant($"127.0.0.1:{port}");
            servers.Add(RedisChild.Create(_programs.RedisServer, _folder.Redis, port, account));
        }

        MeshFolder.WriteSecret(_folder.LedgerConnection, connection);
        await RequireGivenAsync(ct);
        await StartAsync(servers, ct);
        return redis;
    }

    // Said at once and by the flag, not by every service in its log.
    private async Task RequireGivenAsync(CancellationToken ct)
    {
        if (_options.Redis?.Split(':') is [var host, var port]
            && await RedisChild.ProbeAsync(host, int.Parse(port, null), ct) is { } noRedis)
        {
            throw new CliException(
                ExitCodes.Environment, $"no Redis can be used at {_options.Redis}, which --redis names: {noRedis}");
        }

        if (_options.Postgres is { } postgres && await PostgresChild.ProbeAsync(postgres, ct) is { } noPostgres)
        {
            throw new CliException(
                ExitCodes.Environment, $"the PostgreSQL that --postgres names can't be used: {noPostgres}");
        }
    }

    private async Task StartAsync(IReadOnlyList<ChildSpec> specs, CancellationToken ct)
    {
        List<Child> started = [];
        foreach (var spec in specs)
        {
            var log = new LogFile(Path.Combine(_folder.Logs, $"{spec.Name}.log"), LogFile.UsualBytes);
            var child = new Child(spec, _launcher, log, _report);
            lock (_gate)
            {
                _children.Add(child);
            }

            started.Add(child);
            ct.ThrowIfCancellationRequested();
            await child.StartAsync();
        }

        await Task.WhenAll(started.Select(child => child.WaitUntilReadyAsync(ct)));
    }

    private void WriteMeshFile()
    {
        lock (_gate)
        {
            new MeshFile(
                MeshFile.CurrentSchema, _endpoint, Environment.ProcessId,
                [.. _children.Select(static child => child.State)]).Write(_folder.MeshFile);
        }
    }
}
