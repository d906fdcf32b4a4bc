using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Ledger.Postgres;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class PostgresSchemaTests(PostgresOfTests postgres) : IAsyncLifetime
{
    private PostgresLedgerHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Schema => _host.Options.PostgresSchema;

    public async ValueTask InitializeAsync() => _host = new PostgresLedgerHost(await postgres.ServerAsync());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task ManyReplicas_ThatStartAtOnce_MakeTheSchemaOnce()
    {
        var replicas = Enumerable.Range(0, 8).Select(_ => (PostgresLedgerHost)_host.Another()).ToArray();

        await Task.WhenAll(replicas.Select(r => r.Database.OpenAsync(Ct)));

        Assert.Equal(PostgresMigrations.All.Count, await ScalarAsync<long>("SELECT count(*) FROM schema_versions"));
        Assert.Single(
            replicas.SelectMany(r => r.Logs.Entries),
            l => l.Message.EndsWith("(changed to this version: True).", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ANewerProgram_AppliesTheStepsThatAreMissing_AndTheOlderGoesOnWhereItMay()
    {
        await _host.Database.OpenAsync(Ct);
        var known = PostgresMigrations.All.Count;
        PostgresMigration[] newer =
        [
            .. PostgresMigrations.All,
            new(known + 1, Needs: known, "ALTER TABLE runs ADD COLUMN note text"),
        ];

        Assert.True(await ApplyAsync(newer));
        Assert.False(await ApplyAsync(newer));

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(note) FROM runs"));
        var older = _host.Another();
        var run = await older.RunningAsync(Ct);
        Assert.NotEmpty(await older.Work.OfferAsync(run.RunId, [new WorkKey(run.RunId, WorkKind.Score)], Ct));
    }

    [Fact]
    public async Task AnOlderProgram_ThatTheSchemaIsTooNewFor_RefusesToStart()
    {
        await _host.Database.OpenAsync(Ct);
        var known = PostgresMigrations.All.Count;
        await ApplyAsync([.. PostgresMigrations.All, new(known + 1, Needs: known + 1, "DROP TABLE work")]);
        await _host.RestartAsync();

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => _host.Database.OpenAsync(Ct));

        Assert.Equal("LEDGER_NEWER", e.Reason);
        Assert.Equal(
            $"schema '{Schema}' of the ledger's database is of version {known + 1}, which programs can use that know "
            + $"version {known + 1}, this one knows {known}; start a newer version of this program",
            e.Message);
    }

    [Fact]
    public async Task ASchema_MayHaveAWordOfSqlForItsName()
    {
        await using var host = new PostgresLedgerHost(
            await postgres.ServerAsync(),
            new()
            {
                Postgres = _host.Options.Postgres,
                PostgresSchema = "user",
                WatchInterval = TimeSpan.FromMilliseconds(1),
            });
        var run = await host.RunningAsync(Ct);
        await using var endings = host.Runs.WatchEndingsAsync(Ct).GetAsyncEnumerator(Ct);
        var first = endings.MoveNextAsync().AsTask();
        while (!first.IsCompleted)
        {
            await host.EndAsync((await host.RunningAsync(Ct)).RunId, Run.V1.RunState.Failed, Ct);
        }

        Assert.Equal([run.RunId], (await host.Runs.ListUnfinishedAsync(Ct)).Select(r => r.RunId));
    }

    [Fact]
    public async Task AStepThatFails_LeavesTheSchemaAsItWas()
    {
        await _host.Database.OpenAsync(Ct);
        var known = PostgresMigrations.All.Count;

        await Assert.ThrowsAsync<PostgresException>(() => ApplyAsync(
            [.. PostgresMigrations.All, new(known + 1, known, "CREATE TABLE half (x integer); SELECT 1 / 0")]));

        Assert.Equal(known, await ScalarAsync<int>("SELECT max(version) FROM schema_versions"));
        Assert.False(await ScalarAsync<bool>("SELECT to_regclass('half') IS NOT NULL"));
    }

    [Fact]
    public async Task AWrongPassword_IsToldAtOnceAndNotShown()
    {
        _host.Options.Postgres = _host.Options.Postgres!.Replace("s3cret", "wr0ng", StringComparison.Ordinal);
        await _host.RestartAsync();

        var e = await Assert.ThrowsAsync<RunLedgerException>(() => _host.Database.OpenAsync(Ct));

        Assert.Equal(
            "the ledger could not be opened: its database says 28P01 password authentication failed for user "
            + "\"koopmanmesh\"",
            e.Message);
        Assert.DoesNotContain("wr0ng", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public async Task AReplicaWhoseClockIsAnHourOff_NeitherTakesOverNorLosesALease(int hours)
    {
        var lease = TimeSpan.FromMinutes(1);
        var skewed = _host.Another(new SkewedTimeProvider(TimeSpan.FromHours(hours)));
        var run = await skewed.RunningAsync(Ct);
        WorkKey key = new(run.RunId, WorkKind.Score);
        await skewed.Work.OfferAsync(run.RunId, [key], Ct);
        var held = await _host.Work.ClaimAsync(key, "a", lease, Ct);

        Assert.NotNull(held);
        Assert.Null(await skewed.Work.ClaimAsync(key, "b", lease, Ct));
        Assert.Empty(await skewed.Work.TakeStalledAsync(TimeSpan.FromMinutes(5), 10, Ct));
        Assert.True(await _host.Work.RenewAsync(held, lease, new WorkProgress(0, 0), Ct));
        await _host.PassAsync(lease * 2, Ct);
        var heir = await skewed.Work.ClaimAsync(key, "b", lease, Ct);
        Assert.Equal((2, true), (heir?.Attempt, heir?.TakenOver));
        Assert.Null(await _host.Work.ClaimAsync(key, "a", lease, Ct));
        var ended = await skewed.EndAsync(run.RunId, Run.V1.RunState.Succeeded, Ct);
        Assert.InRange(ended.EndedAt!.Value, run.StartedAt!.Value, run.StartedAt.Value + TimeSpan.FromMinutes(10));
    }

    private async Task<bool> ApplyAsync(IReadOnlyList<PostgresMigration> known)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings.Listening(_host.Options));
        await connection.OpenAsync(Ct);
        return await PostgresMigrations.ApplyAsync(connection, Schema, known, Ct);
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings.Listening(_host.Options));
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    private sealed class SkewedTimeProvider(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
