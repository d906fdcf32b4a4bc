using System.Text;
using System.Text.Json;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Tests.Events;

public sealed class EventJsonTests
{
    [Fact]
    public void Serialize_AnEvent_WritesCamelCaseMembersOnly()
    {
        var json = Encoding.UTF8.GetString(EventJson.Serialize(new ShardCaptured("r-1", 2, 3, 4, 500)));

        Assert.Equal("""{"runId":"r-1","shard":2,"shards":3,"components":4,"rows":500}""", json);
    }

    [Fact]
    public void Deserialize_EveryEvent_RoundTrips()
    {
        RoundTrips(new ShardPlanned("r-1", 0, 2, 7, 0, 1000));
        RoundTrips(new ShardCaptured("r-1", 1, 2, 7, 999));
        RoundTrips(new OperatorFitted("r-1", 6, 7, new string('a', 64)));
        RoundTrips(new ReplacementPlanned("r-1"));
        RoundTrips(new ReplacementReported("r-1", new string('c', 64)));
        RoundTrips(new RunScored("r-1", new string('b', 64)));
        RoundTrips(new RunFailed("r-1", "DATA_FORMAT", "the file ends — early"));
        RoundTrips(new RunCancelled("r-1"));
    }

    [Fact]
    public void Deserialize_WithAFieldOfALaterRevision_IgnoresIt()
    {
        var e = EventJson.Deserialize<RunCancelled>("""{"runId":"r-1","by":"someone"}"""u8);

        Assert.Equal(new RunCancelled("r-1"), e);
    }

    [Theory]
    [InlineData("""{"runId":"r-1"}""")]
    [InlineData("""{"runId":null,"reportDigest":"x"}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void Deserialize_OfAnythingElse_Throws(string json) =>
        Assert.Throws<JsonException>(() => EventJson.Deserialize<RunScored>(Encoding.UTF8.GetBytes(json)));

    private static void RoundTrips<T>(T e)
        where T : class, IRunEvent => Assert.Equal(e, EventJson.Deserialize<T>(EventJson.Serialize(e)));
}
