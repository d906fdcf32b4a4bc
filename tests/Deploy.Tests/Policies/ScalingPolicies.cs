using System.Globalization;
using System.Text.Json.Nodes;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>How many replicas there are follows all the work there is.</summary>
internal static class ScalingPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("one-scaler", WithTwoScalers),
        new("scaled-topics", TopicsThatDoNotCount),
        new("scaling-formula", WrongFormulas),
        new("triggers", TriggersThatKedaRefuses),
    ];

    private static IEnumerable<string> WithTwoScalers(Cluster cluster) =>
        from scaler in cluster.Manifests
        where scaler.Kind is "HorizontalPodAutoscaler" or "ScaledObject"
        group scaler by Nodes.Text(scaler.Spec["scaleTargetRef"]?["name"]) into scalers
        let count = scalers.Count()
            + (cluster.Get("Deployment", scalers.Key!).Spec["replicas"] is null ? 0 : 1)
        where count > 1
        select $"Deployment {scalers.Key} is scaled by {count}: {string.Join(", ", scalers)}, or its own replicas";

    /// <summary>
    /// Every topic that an app handles is counted for it: what waits and, where the broker counts that apart, what is
    /// held.
    /// </summary>
    private static IEnumerable<string> TopicsThatDoNotCount(Cluster cluster) =>
        from app in Services.Assemblies.Keys
        where cluster.OfKind("ScaledObject").Any()
        from topic in Services.Topics(app)
        from count in Counts(cluster)
        where !cluster.OfKind("ScaledObject").Where(s => Nodes.Text(s.Spec["scaleTargetRef"]?["name"]) == app)
            .SelectMany(s => Queues(s)).Select(t => t["metadata"]!)
            .Any(m => Nodes.Text(m["stream"] ?? m["topic"]) == topic
                && Nodes.Text(m["consumerGroup"]) == app && m[count] is not null)
        select $"Deployment {app} is not scaled by the {count} of topic '{topic}'";

    private static string[] Counts(Cluster cluster) =>
        Nodes.Text(cluster.OfKind("Component").Single().Spec["type"]) == "pubsub.kafka"
            ? ["lagThreshold"]
            : ["pendingEntriesCount", "lagCount"];

    /// <summary>
    /// An HPA takes the largest of several metrics, so the counts are added up to one: each trigger is a term of the
    /// formula, with a weight of at least one.
    /// </summary>
    private static IEnumerable<string> WrongFormulas(Cluster cluster)
    {
        foreach (var scaler in cluster.OfKind("ScaledObject"))
        {
            var modifiers = scaler.Spec["advanced"]?["scalingModifiers"];
            var terms = (Nodes.Text(modifiers?["formula"]) ?? "").Split('+').Select(TermOf).ToArray();
            var triggers = Queues(scaler).Select(t => Nodes.Text(t["name"])).Order();
            if (!terms.Select(t => t.Name).Order().SequenceEqual(triggers) || terms.Any(t => t.Weight < 1))
            {
                yield return $"{scaler} does not add up its triggers: '{modifiers?["formula"]}'";
            }

            if (!(Number(Nodes.Text(modifiers?["target"])) > 0))
            {
                yield return $"{scaler} has no target for its formula";
            }
        }
    }

    /// <summary>KEDA's scaler of Redis Streams takes a lag only with the lag at which it becomes active.</summary>
    private static IEnumerable<string> TriggersThatKedaRefuses(Cluster cluster) =>
        from scaler in cluster.OfKind("ScaledObject")
        from trigger in Queues(scaler)
        where trigger["metadata"]!["lagCount"] is not null
            && !(Number(Nodes.Text(trigger["metadata"]!["activationLagCount"])) > 0)
        select $"{scaler} has trigger '{trigger["name"]}' without activationLagCount";

    private static IEnumerable<JsonObject> Queues(Manifest scaler) =>
        Nodes.Objects(scaler.Spec["triggers"]).Where(t => Nodes.Text(t["type"]) is not ("cpu" or "memory"));

    /// <summary><c>name</c>, or <c>4 * name</c>.</summary>
    private static (double Weight, string Name) TermOf(string term) =>
        term.Split('*', StringSplitOptions.TrimEntries) switch
        {
            [var name] => (1, name),
            [var weight, var name] => (Number(weight), name),
            _ => (0, term),
        };

    private static double Number(string? text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
