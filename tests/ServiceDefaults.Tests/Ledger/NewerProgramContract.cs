using System.Text.Json.Nodes;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>What holds for runs that a newer version of this program has written.</summary>
public abstract class NewerProgramContract : LedgerContract
{
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task FieldsOfANewerProgram_OutliveTheUpdatesOfThisOne()
    {
        var run = await Ledger.RunningAsync(Ct);
        var newer = await RewriteAsync(run.RunId, AddFields);

        await Ledger.Runs.UpdateAsync(
            run.RunId, r => r with { Stage = "fit", Operators = r.Operators.Add(0, "c") }, Ct);
        await Ledger.Runs.UpdateAsync(
            run.RunId, r => r with { Progress = r.Progress with { InterventionsDone = 3 }, Stage = "credit" }, Ct);
        await Ledger.EndAsync(run.RunId, RunState.Succeeded, Ct);
        await Ledger.Runs.ToldAsync(run.RunId, Ct);
        await Ledger.RestartAsync();

        var after = JsonNode.Parse(await Ledger.RecordAsync(run.RunId, Ct))!;
        Assert.Equal(
            ("Succeeded", "credit", 3),
            ((string)after["run"]!["state"]!, (string)after["run"]!["stage"]!,
                (int)after["run"]!["progress"]!["interventionsDone"]!));
        Assert.Equal("beside", (string?)after["new"]);
        Assert.True(JsonNode.DeepEquals(newer["run"]!["spec"], after["run"]!["spec"]), after.ToJsonString());
        foreach (var path in (string[])["", "plan", "progress", "error"])
        {
            var (before, now) = (At(newer["run"]!, path), At(after["run"]!, path));
            Assert.True(JsonNode.DeepEquals(before["new"], now["new"]), now.ToJsonString());
            Assert.NotNull(now["new"]);
        }
    }

    [Fact]
    public async Task AChangeThatChangesNothing_OfARunWithFieldsOfANewerProgram_IsNone()
    {
        var run = await Ledger.RunningAsync(Ct);
        await RewriteAsync(run.RunId, AddFields);
        var before = await Ledger.Runs.GetAsync(run.RunId, Ct);

        var after = await Ledger.Runs.UpdateAsync(
            run.RunId, r => r with { Stage = r.Stage, Plan = r.Plan! with { } }, Ct);

        Assert.Equal((before.Version, before.Progress, before.Plan), (after.Version, after.Progress, after.Plan));
    }

    [Theory]
    [InlineData("$.run.state", "\"Paused\"")]
    [InlineData("$.run.spec.options.stepSource", "\"STEP_SOURCE_OF_TOMORROW\"")]
    [InlineData("$.schema", "2")]
    public async Task ARunThatThisProgramCannotRead_IsLeftOutOfLists_AndSaidOnce(string path, string value)
    {
        var (run, other) = (await Ledger.RunningAsync(Ct), await Ledger.RunningAsync(Ct));
        await OfferAsync(run.RunId);
        await RewriteAsync(run.RunId, record => Set(record, path, JsonNode.Parse(value)!));
        await OfferAsync(other.RunId);
        await Ledger.PassAsync(_lease, Ct);

        for (var look = 0; look < 2; look++)
        {
            Assert.Equal([other.RunId], (await Ledger.Runs.ListAsync(Ct)).Select(r => r.RunId));
            Assert.Equal([other.RunId], (await Ledger.Runs.ListUnfinishedAsync(Ct)).Select(r => r.RunId));
            Assert.Empty(await Ledger.Runs.ListUntoldAsync(TimeSpan.Zero, Ct));
        }

        Assert.Equal(
            [other.RunId], (await Ledger.Work.TakeStalledAsync(_lease / 2, 10, Ct)).Select(i => i.Key.RunId));
        var (level, message) = Assert.Single(
            Ledger.Logs.Entries, l => l.Message.Contains(run.RunId, StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.StartsWith($"Run \"{run.RunId}\" is left to others", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunThatThisProgramCannotRead_IsAnErrorToWhoeverNeedsIt_AndStaysAsItIs()
    {
        var (run, other) = (await Ledger.RunningAsync(Ct), await Ledger.RunningAsync(Ct));
        var newer = await RewriteAsync(run.RunId, static record => Set(record, "$.run.state", "Paused"));

        foreach (var task in (Func<Task>[])[
            () => Ledger.Runs.GetAsync(run.RunId, Ct),
            () => Ledger.Runs.PeekAsync(run.RunId, Ct),
            () => Ledger.Runs.UpdateAsync(run.RunId, static r => r.Failed("X", "x"), Ct),
            () => Ledger.Runs.ListAllAsync(Ct)])
        {
            var e = await Assert.ThrowsAsync<RunLedgerException>(task);
            Assert.Equal((ErrorKind.Unavailable, "RUN_UNREADABLE"), (e.Kind, e.Reason));
            Assert.StartsWith(
                $"run '{run.RunId}' is damaged, or of a newer version of this program: ", e.Message,
                StringComparison.Ordinal);
        }

        await Ledger.EndAsync(other.RunId, RunState.Succeeded, Ct);
        Assert.Equal(
            newer.ToJsonString(), JsonNode.Parse(await Ledger.RecordAsync(run.RunId, Ct))!.ToJsonString());
    }

    [Fact]
    public async Task ACollection_DeletesNothingWhileARunCannotBeRead()
    {
        using var folder = new TemporaryFolder();
        var options = Options.Create(new StateOptions { Root = folder.Path });
        var artifact = Path.Combine(folder.Path, "artifacts", "cc", new string('c', 62));
        Directory.CreateDirectory(Path.GetDirectoryName(artifact)!);
        await File.WriteAllTextAsync(artifact, "a model", Ct);
        var run = await Ledger.RunningAsync(Ct);
        await RewriteAsync(run.RunId, static record => Set(record, "$.run.state", "Paused"));

        var e = await Assert.ThrowsAsync<RunLedgerException>(CollectAsync);

        Assert.Equal("RUN_UNREADABLE", e.Reason);
        Assert.True(File.Exists(artifact));
        await RewriteAsync(run.RunId, static record => Set(record, "$.run.state", "Running"));
        await CollectAsync();
        Assert.False(File.Exists(artifact));

        Task<CollectedArtifacts> CollectAsync() =>
            new ArtifactSweep(options, Ledger.Runs, Ledger.Work, TimeProvider.System)
                .CollectAsync(new CollectionPlan(TimeSpan.Zero, TimeSpan.Zero), Ct);
    }

    [Fact]
    public async Task ListAll_OfRunsThatCanBeRead_IsTheList()
    {
        var run = await Ledger.RunningAsync(Ct);

        Assert.Equal([run.RunId], (await Ledger.Runs.ListAllAsync(Ct)).Select(r => r.RunId));
    }

    private static void AddFields(JsonObject record)
    {
        record["new"] = "beside";
        record["run"]!["error"] = JsonNode.Parse("""{ "reason": "EARLIER", "message": "of an attempt" }""");
        foreach (var path in (string[])["", "plan", "progress", "error"])
        {
            At(record["run"]!, path)["new"] = JsonNode.Parse($$"""{ "of": "{{path}}", "list": [1, 2.50, null] }""");
        }

        var spec = record["run"]!["spec"]!;
        spec["budget"] = JsonNode.Parse("""{ "watts": 1e2, "units": ["W"] }""");
        spec["model"]!["signature"] = "s";
        spec["options"]!["newRule"] = "NEW_RULE_STRICT";
    }

    private static JsonObject At(JsonNode run, string path) => (JsonObject)(path.Length == 0 ? run : run[path]!);

    private static void Set(JsonObject record, string path, JsonNode value)
    {
        var names = path.Split('.')[1..];
        var parent = names[..^1].Aggregate((JsonNode)record, static (at, name) => at[name]!);
        parent[names[^1]] = value;
    }

    private async Task OfferAsync(string runId) =>
        Assert.Single(await Ledger.Work.OfferAsync(runId, [new WorkKey(runId, WorkKind.Shard)], Ct));

    /// <summary>Does to a record what a newer program would; this one looks at it anew.</summary>
    private async Task<JsonObject> RewriteAsync(string runId, Action<JsonObject> change)
    {
        var record = (JsonObject)JsonNode.Parse(await Ledger.RecordAsync(runId, Ct))!;
        change(record);
        await Ledger.WriteRecordAsync(runId, record.ToJsonString(), Ct);
        return record;
    }
}

public sealed class FileNewerProgramTests : NewerProgramContract
{
    protected override Task<LedgerHost> OpenAsync() => Task.FromResult<LedgerHost>(new FileLedgerHost());
}

public sealed class PostgresNewerProgramTests(PostgresOfTests postgres) : NewerProgramContract
{
    protected override async Task<LedgerHost> OpenAsync() => new PostgresLedgerHost(await postgres.ServerAsync());
}
