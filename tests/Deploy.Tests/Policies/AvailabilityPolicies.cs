using System.Globalization;
using System.Text.Json.Nodes;
using KoopmanMesh.Deploy.Tests.Rendering;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>What keeps the mesh up while pods come and go.</summary>
internal static class AvailabilityPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("disruption-budgets", WithoutBudget),
        new("spread", WithoutSpread),
        new("grace", WithoutGrace),
        new("memory", WithoutMemory),
    ];

    private static IEnumerable<Manifest> Replicated(Cluster cluster) =>
        cluster.OfKind("Deployment").Where(d => cluster.Replicas(d) > 1);

    private static IEnumerable<string> WithoutBudget(Cluster cluster) =>
        from workload in Replicated(cluster)
        where !cluster.OfKind("PodDisruptionBudget").Any(
            b => Nodes.Matches(b.Spec["selector"]?["matchLabels"], workload.Labels))
        select $"{workload} may lose all its pods to a drained node";

    private static IEnumerable<string> WithoutSpread(Cluster cluster) =>
        from workload in Replicated(cluster)
        where !Nodes.Objects(workload.PodSpec!["topologySpreadConstraints"]).Any(
            c => Nodes.Text(c["topologyKey"]) == "kubernetes.io/hostname"
                && Nodes.Matches(c["labelSelector"]?["matchLabels"], workload.Labels))
        select $"{workload} may have all its pods on one node";

    /// <summary>
    /// Turning away, ending deliveries, ending calls, the sidecar's end, in that order, within the pod's grace.
    /// </summary>
    private static IEnumerable<string> WithoutGrace(Cluster cluster)
    {
        foreach (var workload in cluster.OfKind("Deployment"))
        {
            var settings = Settings(cluster, workload);
            var drain = Seconds(settings["Hosting__DrainDelay"]);
            var shutdown = Seconds(settings["Hosting__ShutdownTimeout"]);
            var stop = drain + shutdown;
            var deliveries = settings.TryGetValue("EventBus__DrainTimeout", out var timeout)
                ? Seconds(timeout)
                : new EventBusOptions().DrainTimeout.TotalSeconds;
            var sidecar = Number(workload.Annotations["dapr.io/block-shutdown-duration"]?.ToString().TrimEnd('s'));
            var grace = Number(Nodes.Text(workload.PodSpec!["terminationGracePeriodSeconds"]));
            var period = workload.Containers
                .Max(c => Number(Nodes.Text(c["readinessProbe"]?["periodSeconds"])));
            if (drain <= period)
            {
                yield return $"{workload} drains for {drain} s, not longer than its readiness probe waits, {period} s";
            }

            if (deliveries < 0.75 * shutdown || deliveries >= shutdown)
            {
                yield return $"{workload} gives deliveries {deliveries} s of the {shutdown} s that its end may take";
            }

            if (sidecar < stop)
            {
                yield return $"{workload} stops in {stop} s, but its sidecar goes after {sidecar} s";
            }

            if (grace < sidecar + Number(Nodes.Text(workload.Annotations["dapr.io/graceful-shutdown-seconds"])))
            {
                yield return $"{workload} is killed after {grace} s, before its sidecar has ended";
            }
        }
    }

    /// <summary>What clients and streams may hold stays below three quarters of the limit, the heap's.</summary>
    private static IEnumerable<string> WithoutMemory(Cluster cluster)
    {
        const double window = 8 << 20;
        foreach (var workload in cluster.OfKind("Deployment"))
        {
            var settings = Settings(cluster, workload);
            var held = (Number(settings["Limits__MaxConnections"]) * window)
                + Number(settings["Limits__MaxBytesInFlightPerClient"]);
            if (workload.Name == "koopman")
            {
                held += Number(settings["Intake__MaxAccumulatorBytes"])
                    + Number(settings["Operators__MaxBufferedBytes"]) + Number(settings["Operators__MaxSummaryBytes"]);
            }

            var limit = workload.Containers.Sum(c => Bytes(c["resources"]!["limits"]!["memory"]!.ToString()));
            if (held > 0.75 * limit)
            {
                yield return $"{workload} may be asked to hold {held / (1 << 20)} MiB within {limit / (1 << 20)} MiB";
            }
        }
    }

    private static Dictionary<string, string> Settings(Cluster cluster, Manifest workload) =>
        workload.Containers.SelectMany(cluster.Settings).ToDictionary(p => p.Key, p => p.Value);

    private static double Seconds(string span) => TimeSpan.Parse(span, CultureInfo.InvariantCulture).TotalSeconds;

    private static double Number(string? text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static double Bytes(string quantity) => quantity switch
    {
        [.. var number, 'G', 'i'] => Number(number) * (1L << 30),
        [.. var number, 'M', 'i'] => Number(number) * (1L << 20),
        _ => throw new FormatException($"'{quantity}' is not in Mi or Gi"),
    };
}
