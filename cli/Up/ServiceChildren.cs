using System.Globalization;
using System.Net;

namespace KoopmanMesh.Cli.Up;

/// <summary>The ports of one replica and of its sidecar.</summary>
internal sealed record ReplicaPorts(string Service, int Index, int Grpc, int Internal, int DaprHttp, int DaprGrpc);

/// <summary>The replicas of the services and their sidecars, as processes.</summary>
internal sealed class ServiceChildren(
    UpOptions options, MeshFolder folder, Programs programs, IReadOnlyList<ReplicaPorts> replicas, HttpClient http)
{
    // A service drains for 15 s at most by itself.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _sidecarGrace = TimeSpan.FromSeconds(5);

    /// <summary>A service's replica.</summary>
    public ChildSpec Service(ReplicaPorts replica) => new()
    {
        Role = replica.Service,
        Index = replica.Index,
        Program = Services.ProgramOf(replica.Service),
        Arguments = [],
        Folder = folder.Root,
        Environment = Settings(replica),
        GrpcPort = replica.Grpc,
        InternalPort = replica.Internal,
        Grace = _grace,
        Probe = ct => ProbeAsync(replica.Internal, "/readyz", ct),
    };

    /// <summary>Its sidecar.</summary>
    public ChildSpec Sidecar(ReplicaPorts replica, string resources, string configuration) => new()
    {
        Role = $"{replica.Service}-sidecar",
        Index = replica.Index,
        Program = programs.Sidecar,
        Arguments =
        [
            "--app-id", replica.Service,
            "--app-port", Text(replica.Internal),
            "--app-protocol", "http",
            "--dapr-http-port", Text(replica.DaprHttp),
            "--dapr-grpc-port", Text(replica.DaprGrpc),
            "--dapr-listen-addresses", "127.0.0.1",
            "--enable-metrics=false",
            "--resources-path", resources,
            "--config", configuration,
            "--log-level", options.LogLevel.ToLowerInvariant() is "debug" or "trace" ? "debug" : "info",
        ],
        Folder = folder.Root,
        Environment = new Dictionary<string, string> { ["DOTNET_ROOT"] = Services.RuntimeFolder },
        GrpcPort = replica.DaprGrpc,
        InternalPort = replica.DaprHttp,
        Grace = _sidecarGrace,
        Probe = ct => ProbeAsync(replica.DaprHttp, "/v1.0/healthz", ct),
    };

    private Dictionary<string, string> Settings(ReplicaPorts replica) => new()
    {
        ["DOTNET_ROOT"] = Services.RuntimeFolder,
        ["DAPR_HTTP_PORT"] = Text(replica.DaprHttp),
        ["DAPR_GRPC_PORT"] = Text(replica.DaprGrpc),
        ["EventBus__Kind"] = "Dapr",
        ["Health__CheckPeriod"] = "00:00:01",
        ["Hosting__Instance"] = Text(replica.Index),
        ["Hosting__InternalListen"] = $"127.0.0.1:{Text(replica.Internal)}",
        ["Hosting__Listen"] = $"127.0.0.1:{Text(replica.Grpc)}",
        ["Logging__LogLevel__Default"] = options.LogLevel,
        ["Mesh__Capture"] = AddressOf(Services.Capture),
        ["Mesh__Koopman"] = AddressOf(Services.Koopman),
        ["Mesh__Credit"] = AddressOf(Services.Credit),
        ["State__Ledger"] = "Postgres",
        ["State__PostgresFile"] = folder.LedgerConnection,
        ["State__Root"] = folder.State,
    };

    private string AddressOf(string service) => "static:///" + string.Join(
        ',', replicas.Where(r => r.Service == service).Select(static r => $"127.0.0.1:{Text(r.Grpc)}"));

    private async Task<string?> ProbeAsync(int port, string path, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{Text(port)}{path}"), ct);
            return answer.IsSuccessStatusCode ? null
                : answer.StatusCode == HttpStatusCode.ServiceUnavailable ? await answer.Content.ReadAsStringAsync(ct)
                : FormattableString.Invariant($"{path} answers {(int)answer.StatusCode}");
        }
        catch (HttpRequestException)
        {
            return "starting";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
