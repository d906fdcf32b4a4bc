using System.Text;
using System.Text.Json;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.ServiceDefaults.Tests.Events;

public sealed class EventJsonTests
{
    [Fact]
    public void Serialize_AnEvent_WritesCamelCaseMembersOnly()
    {
        var json = Encoding.UTF8.GetString(EventJson.Serialize(new MergePlanned("r-1", 2, 3, 4)));

        Assert.Equal("""{"runId":"r-1","component":2,"level":3,"index":4}""", json);
    }

    [Fact]
    public void Deserialize_EveryEvent_RoundTrips()
    {
        RoundTrips(new ShardPlanned("r-1", 0, 2, 7, 0, 1000));
        RoundTrips(new MergePlanned("r-1", 6, 1, 2));
        RoundTrips(new FitPlanned("r-1", 6));
        RoundTrips(new ScorePlanned("r-1"));
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
