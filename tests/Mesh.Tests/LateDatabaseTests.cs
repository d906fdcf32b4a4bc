using System.Diagnostics;
using System.Globalization;
using KoopmanMesh.Mesh.Tests.Harness;
using KoopmanMesh.Servers;
using Npgsql;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>Service programs that start before their database does, as in the first minutes of a cluster.</summary>
public sealed class LateDatabaseTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-late-");
    private readonly HttpClient _http = new();
    private readonly Guardian _guardian;
    private PostgresServer _postgres = null!;

    public LateDatabaseTests() => _guardian = new Guardian(_folder.FullName);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _postgres = await PostgresServer.StartAsync(fsync: false, Ct);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _postgres.DisposeAsync();
        _guardian.Dispose();
    }

    [Theory]
    [InlineData("Capture")]
    [InlineData("Koopman")]
    [InlineData("Credit")]
    public async Task Service_StartedWhileItsDatabaseIsAway_LivesAndIsReadyOnceItIsThere(string service)
    {
        await _postgres.StopAsync(Ct);
        var ports = FreePorts.Take(2);
        using var program = Start(service, ports);

        await UntilAsync(program, ports[1], "/startupz", "started");
        await UntilAsync(program, ports[1], "/readyz", "database is out of reach");
        await Task.Delay(_patience * 3, Ct);
        var (live, ready) = (await GetAsync(ports[1], "/livez"), await GetAsync(ports[1], "/readyz"));
        await _postgres.RestartAsync(Ct);
        await UntilAsync(program, ports[1], "/readyz", "\"ready\"");
        await TerminateAsync(program);

        Assert.Contains("alive", live, StringComparison.Ordinal);
        Assert.Contains("out of reach", ready, StringComparison.Ordinal);
        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task Service_ToldToStopWhileItsDatabaseIsAway_StopsAtOnce()
    {
        await _postgres.StopAsync(Ct);
        var ports = FreePorts.Take(2);
        using var program = Start("Credit", ports);
        await UntilAsync(program, ports[1], "/startupz", "started");

        await TerminateAsync(program);

        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task Service_WhoseDatabaseComesAndIsOfANewerProgram_SaysSoAndFails()
    {
        await MakeNewerAsync();
        await _postgres.StopAsync(Ct);
        var ports = FreePorts.Take(2);
        using var program = Start("Credit", ports);
        await UntilAsync(program, ports[1], "/startupz", "started");

        await _postgres.RestartAsync(Ct);
        await program.WaitForExitAsync(Ct).WaitAsync(_limit, Ct);

        Assert.Equal(1, program.ExitCode);
        Assert.StartsWith(
            "credit: schema 'koopmanmesh' of the ledger's database is of version 1000, ",
            await program.StandardError.ReadToEndAsync(Ct),
            StringComparison.Ordinal);
    }

    private async Task MakeNewerAsync()
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            "CREATE SCHEMA koopmanmesh; "
            + "CREATE TABLE koopmanmesh.schema_versions AS SELECT 1000 AS version, 1000 AS needs",
            connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private Process Start(string service, int[] ports)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, $"KoopmanMesh.{service}"))
        {
            RedirectStandardError = true,
            Environment =
            {
                ["Hosting__Listen"] = $"127.0.0.1:{Text(ports[0])}",
                ["Hosting__InternalListen"] = $"127.0.0.1:{Text(ports[1])}",
                ["Health__CheckPeriod"] = "00:00:00.200",
                ["KOOPMANMESH_TEST_FOLDER"] = _folder.FullName,
                ["State__Root"] = Path.Combine(_folder.FullName, "state"),
                ["State__Ledger"] = "Postgres",
                ["State__Postgres"] = _postgres.ConnectionString,
                ["State__LedgerPatience"] = _patience.ToString(),
                ["Logging__LogLevel__Default"] = "None",
                ["Logging__LogLevel__Microsoft"] = "None",
            },
        };
        var program = Process.Start(start)!;
        _guardian.Watch(program.Id);
        return program;
    }

    private async Task UntilAsync(Process program, int port, string probe, string answer)
    {
        var started = Stopwatch.GetTimestamp();
        while (!(await GetAsync(port, probe)).Contains(answer, StringComparison.Ordinal))
        {
            Assert.False(
                program.HasExited || Stopwatch.GetElapsedTime(started) > _limit,
                $"it ended, or took longer than {_limit}, before {probe} said {answer}");
            await Task.Delay(50, Ct);
        }
    }

    private async Task<string> GetAsync(int port, string probe)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{Text(port)}{probe}"), Ct);
            return await answer.Content.ReadAsStringAsync(Ct);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static async Task TerminateAsync(Process program)
    {
        using var kill = Process.Start("kill", ["-TERM", Text(program.Id)]);
        await kill.WaitForExitAsync(Ct);
        await program.WaitForExitAsync(Ct).WaitAsync(_limit, Ct);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
