using System.Text.Json.Nodes;

namespace KoopmanMesh.Deploy.Tests;

/// <summary>
/// A change of one document of an overlay (or, without <paramref name="Change"/>, its absence), the policy that it
/// breaks, and what that says.
/// </summary>
internal sealed record PolicyMistake(
    string Policy, string Says, string Overlay, string Kind, string Name, Action<JsonObject>? Change);

/// <summary>One mistake for each policy at least.</summary>
internal static class PolicyMistakes
{
    private const string Settings = "koopmanmesh-settings";

    public static IReadOnlyList<PolicyMistake> All { get; } =
    [
        Container("pinned-images", "names no version", c => c["image"] = "koopmanmesh/capture:latest"),
        Container("pinned-images", "names no version", c => c["image"] = "host.example:5000/koopmanmesh/capture"),
        Container("unprivileged", "privileges", c => c["securityContext"]!["privileged"] = true),
        Container("unprivileged", "privileges", c => Remove(c["securityContext"], "allowPrivilegeEscalation")),
        Container("read-only-root", "write", c => c["securityContext"]!["readOnlyRootFilesystem"] = false),
        Container("no-capabilities", "capabilities", c => Remove(c["securityContext"], "capabilities")),
        Container("no-capabilities", "capabilities",
            c => c["securityContext"]!["capabilities"]!["add"] = Array("NET_RAW")),
        Container("probes", "livenessProbe", c => Remove(c, "livenessProbe")),
        Container("resources", "limits.memory", c => Remove(c["resources"]!["limits"], "memory")),
        Pod("non-root", "root", p => Remove(p["securityContext"], "runAsNonRoot")),
        Pod("non-root", "root", p => p["securityContext"]!["runAsUser"] = 0),
        Pod("seccomp", "system calls", p => Remove(p["securityContext"], "seccompProfile")),
        Pod("no-host", "hostNetwork", p => p["hostNetwork"] = true),
        Pod("no-host", "path of its node", p => p["volumes"]!.AsArray().Add(
            JsonNode.Parse("""{"name":"x","hostPath":{"path":"/"}}"""))),
        Pod("own-account", "default account", p => Remove(p, "serviceAccountName")),
        Pod("own-account", "token", p => Remove(p, "automountServiceAccountToken")),
        Of("services-select", "Service koopmanmesh selects no pod", "Service", "koopmanmesh",
            d => d["spec"]!["selector"]!["app.kubernetes.io/name"] = "captur"),
        Of("ports", "port 'gprc'", "Service", "koopmanmesh", d => d["spec"]!["ports"]![0]!["targetPort"] = "gprc"),
        Container("ports", "port '8082'", c => c["livenessProbe"]!["httpGet"]!["port"] = 8082),
        Missing("references", "ConfigMap", "ConfigMap"),
        Missing("references", "koopmanmesh-state", "PersistentVolumeClaim"),
        Missing("references", "ServiceAccount 'capture'", "ServiceAccount"),
        Container("references", "volume 'cache'", c => c["volumeMounts"]![0]!["name"] = "cache"),
        Of("references", "captur'", "ScaledObject", "capture", d => d["spec"]!["scaleTargetRef"]!["name"] = "captur"),
        new("secrets", "koopmanmesh-redis", "local", "Secret", "koopmanmesh-redis", null),
        new("secrets", "'connection'", "local", "Secret", "koopmanmesh-postgres", d => Remove(d["data"], "connection")),
        Of("secrets", "koopmanmesh-radis", "TriggerAuthentication", "koopmanmesh-broker",
            d => d["spec"]!["secretTargetRef"]![0]!["name"] = "koopmanmesh-radis"),
        Of("disruption-budgets", "Deployment capture", "PodDisruptionBudget", "capture", null),
        Pod("spread", "one node", p => Remove(p, "topologySpreadConstraints")),
        Of("one-scaler", "ScaledObject koopman", "ScaledObject", "koopman",
            d => d["spec"]!["scaleTargetRef"]!["name"] = "capture"),
        Of("one-scaler", "its own replicas", "Deployment", "capture", d => d["spec"]!["replicas"] = 3),
        Trigger("scaled-topics", "capture is not scaled by the pendingEntriesCount of topic 'koopmanmesh.run.v1.repl",
            2, t => t["metadata"]!["stream"] = "koopmanmesh.run.v1.shard-planned"),
        Trigger("scaled-topics", "lagCount of topic 'koopmanmesh.run.v1.shard-planned'",
            1, t => Remove(t["metadata"], "lagCount")),
        Of("scaled-topics", "koopman is not scaled by the lagCount of topic 'koopmanmesh.run.v1.fit-planned'",
            "ScaledObject", "koopman", null),
        Of("scaling-formula", "does not add up its triggers: 'scores_held'", "ScaledObject", "credit",
            d => d["spec"]!["advanced"]!["scalingModifiers"]!["formula"] = "scores_held"),
        Of("scaling-formula", "does not add up", "ScaledObject", "credit",
            d => d["spec"]!["advanced"]!["scalingModifiers"]!["formula"] = "scores_held + 0.1 * scores_waiting"),
        Of("scaling-formula", "no target", "ScaledObject", "credit",
            d => Remove(d["spec"]!["advanced"]!["scalingModifiers"], "target")),
        Trigger("triggers", "'shards_waiting' without activationLagCount",
            1, t => Remove(t["metadata"], "activationLagCount")),
        Pod("grace", "killed after 30 s", p => p["terminationGracePeriodSeconds"] = 30),
        Setting("grace", "not longer than its readiness probe", "Hosting__DrainDelay", "00:00:05"),
        Setting("grace", "gives deliveries 5 s of the 30 s", "EventBus__DrainTimeout", null),
        Setting("grace", "gives deliveries 30 s of the 30 s", "EventBus__DrainTimeout", "00:00:30"),
        Setting("grace", "but its sidecar goes", "Hosting__ShutdownTimeout", "00:01:00"),
        Setting("memory", "Deployment koopman", "Intake__MaxAccumulatorBytes", "17179869184"),
        Subscription("topics", "shard-plan'", d => d["spec"]!["topic"] = "koopmanmesh.run.v1.shard-plan"),
        Of("topics", "score-plan'", "ScaledObject", "credit",
            d => d["spec"]!["triggers"]![0]!["metadata"]!["stream"] = "koopmanmesh.run.v1.score-plan"),
        Subscription("subscriptions", "shard-planned' has 0 subscriptions", null),
        Subscription("subscriptions", "merge-planned' has 2",
            d => d["spec"]!["topic"] = "koopmanmesh.run.v1.merge-planned"),
        Subscription("subscriptions", "goes to '/events'", d => d["spec"]!["routes"]!["default"] = "/events"),
        Subscription("subscriptions", "dead-letter", d => Remove(d["spec"], "deadLetterTopic")),
        Subscription("subscriptions", "one app", d => Remove(d, "scopes")),
        Subscription("handlers", "app 'capture' handles topic 'koopmanmesh.run.v1.shard-planned'", null),
        Subscription("handlers", "app 'credit' is subscribed to topic", d => d["scopes"] = Array("credit")),
        Setting("pubsub", "'pubsub'", "EventBus__PubSub", "pubsub"),
        Subscription("pubsub", "'pubsub'", d => d["spec"]!["pubsubname"] = "pubsub"),
        Subscription("scopes", "'captur'", d => d["scopes"] = Array("captur")),
        Of("scopes", "'captur'", "ScaledObject", "capture",
            d => d["spec"]!["triggers"]![0]!["metadata"]!["consumerGroup"] = "captur"),
        Of("scopes", "deliver to port '8080'", "Deployment", "capture",
            d => d["spec"]!["template"]!["metadata"]!["annotations"]!["dapr.io/app-port"] = "8080"),
        Of("sidecar-api", "does by grpc: everything", "Configuration", "koopmanmesh",
            d => d["spec"]!["api"]!["allowed"]!.AsArray().RemoveAt(1)),
        Of("sidecar-api", "does by grpc: publish v1, invoke v1", "Configuration", "koopmanmesh",
            d => d["spec"]!["api"]!["allowed"]!.AsArray().Add(
                JsonNode.Parse("""{"name":"invoke","version":"v1","protocol":"grpc"}"""))),
        Of("default-deny", "denies", "NetworkPolicy", "default-deny", null),
        Of("network-selectors", "selects no pod", "NetworkPolicy", "mesh",
            d => d["spec"]!["podSelector"]!["matchLabels"]!["app.kubernetes.io/component"] = "sevice"),
        Of("internal-port", "NetworkPolicy clients", "NetworkPolicy", "clients",
            d => d["spec"]!["ingress"]![0]!["ports"]![0]!["port"] = 8081),
        Of("internal-port", "Service capture", "Service", "capture",
            d => d["spec"]!["ports"]![0]!["targetPort"] = "internal"),
        Of("egress", "otel-collector.observability.svc:4317, and no policy", "NetworkPolicy", "telemetry", null),
        new("egress", "kafka-bootstrap.kafka.svc:9093, and no policy", "kafka", "NetworkPolicy", "kafka",
            d => d["spec"]!["egress"]![0]!["to"]!.AsArray().RemoveAt(0)),
        Of("sidecar-metrics", "fetch them: False", "NetworkPolicy", "sidecar-metrics", null),
        Of("sidecar-metrics", "metrics: False", "Configuration", "koopmanmesh",
            d => d["spec"]!["metric"]!["enabled"] = false),
        Setting("settings", "State__Rot", "State__Rot", "/var/lib/koopmanmesh"),
        Setting("settings", "Stat__Root", "Stat__Root", "/var/lib/koopmanmesh"),
        Setting("settings", "Hosting__DrainDelay", "Hosting__DrainDelay", "7 seconds"),
        Setting("instance", "another instance", "OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=capture-1"),
        Setting("settings-files", "lies in no volume", "State__Root", "/var/lib/koopman"),
    ];

    private static PolicyMistake Of(
        string policy, string says, string kind, string name, Action<JsonObject>? change) =>
        new(policy, says, "production", kind, name, change);

    private static PolicyMistake Missing(string policy, string says, string kind) => Of(policy, says, kind, kind switch
    {
        "ConfigMap" => Settings,
        "ServiceAccount" => "capture",
        _ => "koopmanmesh-state",
    }, null);

    private static PolicyMistake Pod(string policy, string says, Action<JsonObject> change) =>
        Of(policy, says, "Deployment", "capture", d => change(d["spec"]!["template"]!["spec"]!.AsObject()));

    private static PolicyMistake Container(string policy, string says, Action<JsonObject> change) =>
        Pod(policy, says, p => change(p["containers"]![0]!.AsObject()));

    private static PolicyMistake Trigger(string policy, string says, int index, Action<JsonObject> change) =>
        Of(policy, says, "ScaledObject", "capture", d => change(d["spec"]!["triggers"]![index]!.AsObject()));

    private static PolicyMistake Subscription(string policy, string says, Action<JsonObject>? change) =>
        Of(policy, says, "Subscription", "shard-planned", change);

    private static PolicyMistake Setting(string policy, string says, string name, string? value) =>
        Of(policy, says, "ConfigMap", Settings, d =>
        {
            d["data"]!.AsObject().Remove(name);
            if (value is not null)
            {
                d["data"]![name] = value;
            }
        });

    private static void Remove(JsonNode? node, string field) => Assert.True(node!.AsObject().Remove(field));

    private static JsonArray Array(params string[] items) => [.. items.Select(i => JsonValue.Create(i))];
}
