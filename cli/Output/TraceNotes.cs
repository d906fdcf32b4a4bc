using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>What a span is called in a waterfall, and what there is to say about it.</summary>
internal static class TraceNotes
{
    private const string Lost = "lost";

    /// <summary>Whether the span failed, was not the first attempt, or never ended.</summary>
    public static bool HasAny(Span span) => Of(span).Any();

    public static bool IsError(Span span) => span.Status == "error";

    public static bool IsLost(Span span) => span.Name == Lost || span.EndUnixNanos == 0;

    public static IEnumerable<string> Of(Span span)
    {
        if (span.Attributes.GetValueOrDefault("koopmanmesh.attempt") is { } attempt && attempt != "1")
        {
            yield return $"attempt {attempt}";
        }

        if (span.Attributes.GetValueOrDefault("koopmanmesh.taken_over") is "True" or "true")
        {
            yield return "taken over from a replica that stopped answering";
        }

        if (span.Name == Lost)
        {
            yield return "its process was killed before it told";
        }
        else if (span.EndUnixNanos == 0)
        {
            yield return "not ended: under way, or its process was killed";
        }

        if (IsError(span))
        {
            yield return span.Attributes.GetValueOrDefault("error.message")
                ?? span.Attributes.GetValueOrDefault("error.type")
                ?? span.Attributes.GetValueOrDefault("outcome")
                ?? "failed";
        }
    }

    /// <summary>Its name with the piece of work it is about; of a call the service and the method.</summary>
    public static string NameOf(Span span)
    {
        var tags = span.Attributes;
        if (tags.GetValueOrDefault("url.full") is { } url)
        {
            return $"→ {Method(url)}";
        }

        if (tags.ContainsKey("rpc.system"))
        {
            return Method(span.Name);
        }

        if (tags.GetValueOrDefault("koopmanmesh.work") is { } work)
        {
            return $"work {work}";
        }

        var which = tags.GetValueOrDefault("koopmanmesh.component");
        var shard = tags.GetValueOrDefault("koopmanmesh.shard");
        var topic = tags.GetValueOrDefault("messaging.destination.name");
        return (which, shard, topic) switch
        {
            (null, null, { } t) when span.Name.Contains(' ', StringComparison.Ordinal) => $"{span.Name.Split(' ')[0]} {t[(t.LastIndexOf('.') + 1)..]}",
            ({ } c, { } s, _) => $"{span.Name} {c} of shard {s}",
            ({ } c, null, _) => $"{span.Name} {c}",
            (null, { } s, _) => $"{span.Name} {s}",
            _ => span.Name,
        };
    }

    // Of /koopmanmesh.run.v1.RunService/SubmitRun the last two names.
    private static string Method(string url)
    {
        var parts = url.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? url : $"{parts[^2][(parts[^2].LastIndexOf('.') + 1)..]}/{parts[^1]}";
    }
}
