using System.Text.Json.Nodes;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Mesh.Tests.Harness;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>Events that nobody of this mesh would send, or not like that.</summary>
public sealed class EventFaultTests(SharedMesh shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_OfAnUnknownRun_IsTakenAndDoesNothing()
    {
        var mesh = await shared.ReadyAsync();
        var lives = Lives(mesh);

        var answers = new[]
        {
            await DeliverAsync("capture-0", Topics.ShardPlanned, Events.Shard("r-nobody", 0, SharedMesh.Job)),
            await DeliverAsync("koopman-0", Topics.MergePlanned, Parse(
                """{"runId":"r-nobody","component":0,"level":1,"index":0}""")),
            await DeliverAsync("koopman-1", Topics.FitPlanned, Parse("""{"runId":"r-nobody","component":0}""")),
            await DeliverAsync("credit-0", Topics.ScorePlanned, Parse("""{"runId":"r-nobody"}""")),
        };

        Assert.All(answers, answer => Assert.Contains(answer, new[] { "SUCCESS", "DROP" }));
        await WorksAsync(lives);
    }

    [Theory]
    [InlineData("""{"runId":"r-nobody"}""")]
    [InlineData("""{"runId":"../../etc","shard":0,"shards":1,"components":1,"firstRow":0,"rows":1}""")]
    [InlineData("""{"runId":7,"shard":"x"}""")]
    [InlineData("""["a","list"]""")]
    [InlineData("null")]
    public async Task Event_ThatIsMalformed_IsDroppedAndHurtsNobody(string data)
    {
        var mesh = await shared.ReadyAsync();
        var lives = Lives(mesh);

        Assert.Equal("DROP", await DeliverAsync("capture-1", Topics.ShardPlanned, JsonNode.Parse(data)));

        Assert.Equal(lives, Lives(mesh));
    }

    // A replica of a later version may say more within the same version of the event.
    [Fact]
    public async Task Events_OfANewerReplica_WithFieldsUnknownHere_AreFollowed()
    {
        var (undisturbed, mesh) = (await shared.UndisturbedAsync(), await shared.ReadyAsync());

        var run = await FinishedRun.RunAsync(mesh, await shared.SpecAsync(), DeliverAllAsync, Ct);

        run.IsAs(undisturbed, SharedMesh.Job, "events with more fields");

        async Task DeliverAllAsync(string id)
        {
            for (var shard = 0; shard < 12; shard++)
            {
                var data = Events.Shard(id, shard, SharedMesh.Job);
                data["priority"] = "high";
                data["hints"] = new JsonObject { ["zone"] = 3 };
                Assert.Equal("SUCCESS", await DeliverAsync("capture-0", Topics.ShardPlanned, data));
            }
        }
    }

    [Fact]
    public async Task Shards_ToldToTwoReplicasAtOnce_AreCountedOnce()
    {
        var (undisturbed, mesh) = (await shared.UndisturbedAsync(), await shared.ReadyAsync());

        var run = await FinishedRun.RunAsync(mesh, await shared.SpecAsync(), DeliverTwiceAsync, Ct);

        run.IsAs(undisturbed, SharedMesh.Job, "shards told to two replicas at once");

        Task DeliverTwiceAsync(string id) => Task.WhenAll(Enumerable.Range(0, 24).Select(i => DeliverAsync(
            $"capture-{i % 2}", Topics.ShardPlanned, Events.Shard(id, i / 2, SharedMesh.Job))));
    }

    private static JsonNode? Parse(string json) => JsonNode.Parse(json);

    private static int[] Lives(RunningMesh mesh) => [.. mesh.Processes.Values.Select(static p => p.Lives)];

    private async Task<string> DeliverAsync(string replica, string topic, JsonNode? data) =>
        await Events.DeliverAsync(await shared.ReadyAsync(), replica, topic, data, Ct);

    private async Task WorksAsync(int[] lives)
    {
        var (undisturbed, mesh) = (await shared.UndisturbedAsync(), await shared.ReadyAsync());
        var run = await FinishedRun.RunAsync(mesh, await shared.SpecAsync(), disturb: null, Ct);
        run.IsAs(undisturbed, SharedMesh.Job, "the run after it");
        Assert.Equal(lives, Lives(mesh));
    }
}
