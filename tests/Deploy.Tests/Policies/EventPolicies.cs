using System.Reflection;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>Topics, who gets them, and the broker behind them.</summary>
internal static class EventPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("topics", UnknownTopics),
        new("subscriptions", WrongSubscriptions),
        new("handlers", WrongHandlers),
        new("pubsub", WrongPubSubs),
        new("scopes", WrongScopes),
        new("sidecar-api", OpenSidecarApis),
    ];

    private static readonly HashSet<string> _topics = [.. typeof(Topics)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    private static readonly HashSet<string> _work = [.. _topics.Where(
        t => t.EndsWith("-planned", StringComparison.Ordinal))];

    private static IEnumerable<string> UnknownTopics(Cluster cluster)
    {
        var named = from manifest in cluster.Manifests
                    from node in Nodes.Within(manifest.Document["spec"])
                    from field in new[] { "topic", "deadLetterTopic", "stream" }
                    where Nodes.Text(node[field]) is not null
                    select (Of: manifest, Topic: Nodes.Text(node[field])!);
        return named.Where(n => !_topics.Contains(n.Topic)).Select(n => $"{n.Of} names topic '{n.Topic}'");
    }

    private static IEnumerable<string> WrongSubscriptions(Cluster cluster)
    {
        var subscriptions = cluster.OfKind("Subscription").ToArray();
        foreach (var topic in _work.Append(Topics.DeadLetter))
        {
            var count = subscriptions.Count(s => Nodes.Text(s.Spec["topic"]) == topic);
            if (count != 1)
            {
                yield return $"topic '{topic}' has {count} subscriptions, expected one";
            }
        }

        foreach (var subscription in subscriptions)
        {
            var topic = Nodes.Text(subscription.Spec["topic"]);
            if (Nodes.Text(subscription.Spec["routes"]?["default"]) != $"/events/{topic}")
            {
                yield return $"{subscription} goes to '{subscription.Spec["routes"]?["default"]}'";
            }

            if (topic == Topics.DeadLetter)
            {
                continue;
            }

            if (Nodes.Text(subscription.Spec["deadLetterTopic"]) != Topics.DeadLetter)
            {
                yield return $"{subscription} has no dead-letter topic";
            }

            if (Nodes.Texts(subscription.Document["scopes"]).Count() != 1)
            {
                yield return $"{subscription} is not of one app";
            }
        }
    }

    /// <summary>An app is subscribed to what its code handles, and to nothing else.</summary>
    private static IEnumerable<string> WrongHandlers(Cluster cluster)
    {
        foreach (var app in Services.Assemblies.Keys)
        {
            var handled = Services.Topics(app);
            var delivered = cluster.OfKind("Subscription")
                .Where(s => Nodes.Texts(s.Document["scopes"]).Contains(app)).Select(s => s.Spec["topic"]!.ToString())
                .Where(t => t != Topics.DeadLetter).ToHashSet();
            foreach (var topic in handled.Except(delivered))
            {
                yield return $"app '{app}' handles topic '{topic}' and is not subscribed to it";
            }

            foreach (var topic in delivered.Except(handled))
            {
                yield return $"app '{app}' is subscribed to topic '{topic}' and does not handle it";
            }
        }
    }

    /// <summary>Services, subscriptions and the component agree on its name.</summary>
    private static IEnumerable<string> WrongPubSubs(Cluster cluster)
    {
        var component = cluster.OfKind("Component").Single(c => Nodes.Text(c.Spec["type"])!.StartsWith(
            "pubsub.", StringComparison.Ordinal)).Name;
        var named = cluster.OfKind("Subscription").Select(s => (Of: s, Name: Nodes.Text(s.Spec["pubsubname"])))
            .Concat(from workload in cluster.OfKind("Deployment")
                    from setting in workload.Containers.SelectMany(cluster.Settings)
                    where setting.Key == "EventBus__PubSub"
                    select (Of: workload, Name: (string?)setting.Value))
            .Concat(from resiliency in cluster.OfKind("Resiliency")
                    from target in resiliency.Spec["targets"]!["components"]!.AsObject()
                    select (Of: resiliency, Name: (string?)target.Key));
        return named.Where(n => n.Name != component).Select(n => $"{n.Of} names pub/sub component '{n.Name}'");
    }

    /// <summary>An app that is named is one, and its sidecar talks to the internal port.</summary>
    private static IEnumerable<string> WrongScopes(Cluster cluster)
    {
        var apps = cluster.OfKind("Deployment").Select(d => Nodes.Text(d.Annotations["dapr.io/app-id"])).ToHashSet();
        foreach (var manifest in cluster.Manifests)
        {
            foreach (var app in Nodes.Texts(manifest.Document["scopes"]).Where(a => !apps.Contains(a)))
            {
                yield return $"{manifest} is for app '{app}', which is not there";
            }

            foreach (var group in Nodes.Within(manifest.Document["spec"]).Select(n => Nodes.Text(n["consumerGroup"])))
            {
                if (group is not null && !apps.Contains(group))
                {
                    yield return $"{manifest} counts events of app '{group}', which is not there";
                }
            }
        }

        foreach (var workload in cluster.OfKind("Deployment"))
        {
            var port = workload.Containers.SelectMany(c => Nodes.Objects(c["ports"]))
                .SingleOrDefault(p => Nodes.Text(p["name"]) == "internal")?["containerPort"];
            if (Nodes.Text(workload.Annotations["dapr.io/app-port"]) is not { } app || app != Nodes.Text(port))
            {
                yield return $"{workload} has its sidecar deliver to port '{workload.Annotations["dapr.io/app-port"]}'";
            }
        }
    }

    /// <summary>
    /// Of its sidecar an app may ask nothing but to publish. Rules close the APIs of their own protocol only, so a
    /// protocol without one is open.
    /// </summary>
    private static IEnumerable<string> OpenSidecarApis(Cluster cluster) =>
        from workload in cluster.OfKind("Deployment")
        let configuration = cluster.Get("Configuration", Nodes.Text(workload.Annotations["dapr.io/config"])!)
        from api in new[] { (Protocol: "http", Version: "v1.0"), (Protocol: "grpc", Version: "v1") }
        let allowed = Nodes.Objects(configuration.Spec["api"]?["allowed"])
            .Where(rule => Nodes.Text(rule["protocol"]) == api.Protocol)
            .Select(rule => $"{rule["name"]} {rule["version"]}").ToArray()
        where !allowed.SequenceEqual([$"publish {api.Version}"])
        select $"{workload}'s sidecar does by {api.Protocol}: "
            + (allowed.Length == 0 ? "everything" : string.Join(", ", allowed));
}
