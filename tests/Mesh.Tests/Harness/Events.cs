using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>Events as a sidecar brings them to a replica: structured CloudEvents over HTTP.</summary>
internal static class Events
{
    /// <summary>Delivers <paramref name="data"/>; returns what the replica says to do with the event.</summary>
    public static async Task<string> DeliverAsync(
        RunningMesh mesh, string replica, string topic, JsonNode? data, CancellationToken ct)
    {
        using var http = new HttpClient();
        var envelope = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString(),
            ["source"] = "test",
            ["type"] = topic,
            ["datacontenttype"] = "application/json",
            ["data"] = data?.DeepClone(),
        };
        using var content = new StringContent(envelope.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using var answer = await http.PostAsync(new Uri(mesh.InternalOf(replica), $"/events/{topic}"), content, ct);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync(ct);
        return JsonNode.Parse(text)?["status"]?.GetValue<string>() ?? throw new JsonException(text);
    }

    /// <summary>The event that says that a shard is ready.</summary>
    public static JsonObject Shard(string run, int shard, Job job)
    {
        var rows = job.Options.ShardRows;
        return new JsonObject
        {
            ["runId"] = run,
            ["shard"] = shard,
            ["shards"] = job.Rows / rows,
            ["components"] = 4,
            ["firstRow"] = shard * rows,
            ["rows"] = rows,
        };
    }
}
