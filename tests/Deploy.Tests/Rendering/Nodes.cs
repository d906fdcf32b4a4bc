using System.Text.Json.Nodes;

namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>Ways through documents.</summary>
internal static class Nodes
{
    /// <summary>The objects of a list that may be absent.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? list) =>
        list is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary>The texts of a list that may be absent.</summary>
    public static IEnumerable<string> Texts(JsonNode? list) =>
        list is JsonArray array ? array.Select(n => n!.ToString()) : [];

    public static string? Text(JsonNode? node) => node?.ToString();

    public static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool is_) && is_;

    public static bool IsFalse(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool is_) && !is_;

    /// <summary>Whether these labels have every label of a selector.</summary>
    public static bool Matches(JsonNode? selector, JsonNode? labels) =>
        selector is JsonObject wanted && labels is JsonObject given
        && wanted.All(label => Text(given[label.Key]) == Text(label.Value));

    /// <summary>Every object within, itself included.</summary>
    public static IEnumerable<JsonObject> Within(JsonNode? node) => node switch
    {
        JsonObject o => o.Select(p => p.Value).SelectMany(Within).Prepend(o),
        JsonArray a => a.SelectMany(Within),
        _ => [],
    };
}
