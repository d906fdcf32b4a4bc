using YamlDotNet.RepresentationModel;

namespace KoopmanMesh.Sidecar.Resources;

/// <summary>
/// Reads Components of type pubsub.redis, Subscriptions v2alpha1 and Resiliencies out of a folder's YAML files; what is
/// scoped to other applications is left out, other kinds are passed over.
/// </summary>
internal static class ResourceReader
{
    public static ResourceSet Read(string? folder, string appId)
    {
        var set = new ResourceSet();
        if (folder is null)
        {
            return set;
        }

        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .Where(static f => Path.GetExtension(f) is ".yaml" or ".yml"))
        {
            using var reader = new StreamReader(file);
            var yaml = new YamlStream();
            yaml.Load(reader);
            foreach (var root in yaml.Documents.Select(static d => d.RootNode).OfType<YamlMappingNode>())
            {
                if (IsFor(root, appId))
                {
                    Add(set, root, appId);
                }
            }
        }

        return set;
    }

    private static bool IsFor(YamlMappingNode root, string appId) =>
        root.List("scopes") is not { Count: > 0 } scopes || scopes.Any(s => s.ToString() == appId);

    private static void Add(ResourceSet set, YamlMappingNode root, string appId)
    {
        var spec = root.Map("spec");
        var name = root.Map("metadata")?.Text("name") ?? "";
        switch (root.Text("kind"))
        {
            case "Component" when spec?.Text("type") == PubSubComponent.RedisType:
                set.Components[name] = PubSubComponent.Of(name, appId, MetadataOf(spec));
                break;
            case "Subscription" when spec is not null:
                set.Subscriptions.Add(SubscriptionOf(name, spec));
                break;
            case "Resiliency" when spec is not null:
                AddRetries(set, spec);
                break;
        }
    }

    private static Dictionary<string, string> MetadataOf(YamlMappingNode spec) =>
        (spec.List("metadata") ?? []).OfType<YamlMappingNode>().ToDictionary(
            static item => item.Text("name") ?? "",
            static item => item.Text("value") ?? throw new FormatException(
                $"metadata '{item.Text("name")}' has no value; secret references are not known here"));

    private static TopicSubscription SubscriptionOf(string name, YamlMappingNode spec)
    {
        var routes = spec.Map("routes");
        var route = routes?.Text("default")
            ?? routes?.List("rules")?.OfType<YamlMappingNode>().FirstOrDefault(static r => r.Text("match") is null)
                ?.Text("path");
        return new TopicSubscription(
            Required("pubsubname", spec.Text("pubsubname")),
            Required("topic", spec.Text("topic")),
            Required("routes.default", route))
        {
            DeadLetterTopic = spec.Text("deadLetterTopic"),
            RawPayload = spec.Map("metadata")?.Text("rawPayload") == "true",
        };

        string Required(string what, string? value) =>
            value ?? throw new FormatException($"Subscription '{name}' has no {what}");
    }

    private static void AddRetries(ResourceSet set, YamlMappingNode spec)
    {
        var policies = spec.Map("policies")?.Map("retries");
        foreach (var (component, targets) in spec.Map("targets")?.Map("components")?.Maps() ?? [])
        {
            if (targets.Map("inbound")?.Text("retry") is { } policy)
            {
                set.Retries[component] = RetryOf(policies?.Map(policy)
                    ?? throw new FormatException($"there is no retry policy '{policy}'"));
            }
        }
    }

    private static RetryPolicy RetryOf(YamlMappingNode policy)
    {
        var defaults = new RetryPolicy();
        return defaults with
        {
            IsExponential = policy.Text("policy") == "exponential",
            Duration = Duration(policy, "duration", defaults.Duration),
            InitialInterval = Duration(policy, "initialInterval", defaults.InitialInterval),
            MaxInterval = Duration(policy, "maxInterval", defaults.MaxInterval),
            MaxRetries = int.Parse(policy.Text("maxRetries") ?? "-1", null),
        };
    }

    private static TimeSpan Duration(YamlMappingNode policy, string key, TimeSpan otherwise) =>
        policy.Text(key) is { } text ? Durations.Parse(text) : otherwise;
}
