using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;
using Npgsql;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>What the server did although its answer was lost is done once, and its caller hears of it.</summary>
public sealed class PostgresLostAnswerTests(PostgresOfTests postgres) : IAsyncLifetime
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(10);

    private LosingProxy _proxy = null!;
    private PostgresLedgerHost _host = null!;
    private RunRecord _run = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private WorkKey Key => new(_run.RunId, WorkKind.Score);

    public async ValueTask InitializeAsync()
    {
        var server = await postgres.ServerAsync();
        _proxy = new LosingProxy(server.Port);
        var options = PostgresLedgerHost.NewOptions(server);
        options.Postgres = new NpgsqlConnectionStringBuilder(options.Postgres) { Port = _proxy.Port }.ConnectionString;
        _host = new PostgresLedgerHost(server, options);
        _run = await _host.RunningAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("key")]
    public async Task Create_MakesOneRun(string key)
    {
        var created = await LosingAsync(
            "INSERT 0 1", () => _host.Runs.CreateOrGetAsync(LedgerHost.Request(key), Ct));

        Assert.True(created.Created);
        Assert.Equal([_run.RunId, created.Run.RunId], (await _host.Runs.ListAsync(Ct)).Select(r => r.RunId));
    }

    [Fact]
    public async Task Update_ChangesOnce()
    {
        var changed = await LosingAsync(
            "COMMIT", () => _host.Runs.UpdateAsync(_run.RunId, r => r with { Stage = r.Stage + "x" }, Ct));

        Assert.Equal(("x", _run.Version + 1), (changed.Stage, changed.Version));
        Assert.Equal("x", (await _host.Runs.GetAsync(_run.RunId, Ct)).Stage);
    }

    [Fact]
    public async Task Update_ThatEndsTheRun_IsNotAskedAgain()
    {
        var asked = 0;
        var ended = await LosingAsync("COMMIT", () => _host.Runs.UpdateAsync(
            _run.RunId,
            r =>
            {
                asked++;
                return r.Failed("PARITY", "they differ");
            },
            Ct));

        Assert.Equal((1, RunState.Failed), (asked, ended.State));
    }

    [Fact]
    public async Task Offer_TellsWhatItAdded()
    {
        var added = await LosingAsync("SELECT 1", () => _host.Work.OfferAsync(_run.RunId, [Key], Ct));

        Assert.Equal([Key], added);
    }

    [Fact]
    public async Task Claim_IsHeldAtTheFirstAttempt()
    {
        await _host.Work.OfferAsync(_run.RunId, [Key], Ct);

        var lease = await LosingAsync("SELECT 1", () => _host.Work.ClaimAsync(Key, "a", _lease, Ct));

        Assert.Equal((1, false), (lease?.Attempt, lease?.TakenOver));
        Assert.True(await _host.Work.CompleteAsync(lease!, "digest", new WorkProgress(1, 1), Ct));
    }

    [Fact]
    public async Task RenewCompleteAndPark_AreTheCallers()
    {
        WorkKey other = new(_run.RunId, WorkKind.Fit);
        await _host.Work.OfferAsync(_run.RunId, [Key, other], Ct);
        var lease = (await _host.Work.ClaimAsync(Key, "a", _lease, Ct))!;

        Assert.True(await LosingAsync(
            "UPDATE 1", () => _host.Work.RenewAsync(lease, _lease, new WorkProgress(1, 1), Ct)));
        Assert.True(await LosingAsync(
            "SELECT 1", () => _host.Work.CompleteAsync(lease, "digest", new WorkProgress(2, 1), Ct)));
        Assert.True(await LosingAsync("SELECT 1", () => _host.Work.ParkAsync(other, "poisoned", Ct)));
        Assert.Equal(
            [(WorkState.Parked, ""), (WorkState.Done, "digest")],
            (await _host.Work.ListAsync(_run.RunId, Ct)).Select(i => (i.State, i.Result)));
    }

    [Fact]
    public async Task RetryLater_GivesBackOnce()
    {
        await _host.Work.OfferAsync(_run.RunId, [Key], Ct);
        var lease = (await _host.Work.ClaimAsync(Key, "a", _lease, Ct))!;

        await LosingAsync("UPDATE 1", async () =>
        {
            await _host.Work.RetryLaterAsync(lease, WorkSetback.Failed, "koopman was away", TimeSpan.Zero, Ct);
            return true;
        });

        Assert.Equal(2, (await _host.Work.ClaimAsync(Key, "b", _lease, Ct))?.Attempt);
    }

    private async Task<T> LosingAsync<T>(string tag, Func<Task<T>> act)
    {
        _proxy.LoseNext(tag);
        var result = await act();
        Assert.True(_proxy.HasLost, $"no answer '{tag}' was lost");
        return result;
    }
}
