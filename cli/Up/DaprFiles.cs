namespace KoopmanMesh.Cli.Up;

/// <summary>
/// What sidecars are told, as deploy/k8s/base/dapr tells those of a cluster: a test holds the one against the other.
/// Subscriptions are not among it: a sidecar asks its service for them.
/// </summary>
internal static class DaprFiles
{
    private const string PubSub = "koopmanmesh-pubsub";

    /// <summary>Writes the resources to a folder, and the configuration beside it.</summary>
    public static (string Resources, string Configuration) Write(string folder, string redis)
    {
        var resources = Directory.CreateDirectory(Path.Combine(folder, "resources")).FullName;
        File.WriteAllText(Path.Combine(resources, "pubsub.yaml"), Component(redis));
        File.WriteAllText(Path.Combine(resources, "resiliency.yaml"), Resiliency);
        var configuration = Path.Combine(folder, "configuration.yaml");
        File.WriteAllText(configuration, Configuration);
        return (resources, configuration);
    }

    // A sidecar holds few events beyond those its service works on, so that an idle replica finds some.
    private static string Component(string redis) =>
        $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: {PubSub}
        spec:
          type: pubsub.redis
          version: v1
          metadata:
            - name: redisHost
              value: "{redis}"
            - name: redisPassword
              value: ""
            - name: queueDepth
              value: "1"
            - name: concurrency
              value: "4"
            - name: processingTimeout
              value: 10m
            - name: redeliverInterval
              value: 1m
            - name: maxLenApprox
              value: "10000"

        """;

    private const string Resiliency =
        $"""
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata:
          name: koopmanmesh
        spec:
          policies:
            timeouts:
              publish: 5s
              deliver: 10m
            retries:
              publish:
                policy: exponential
                maxInterval: 2s
                maxRetries: 5
              deliver:
                policy: exponential
                maxInterval: 15s
                maxRetries: 10
          targets:
            components:
              {PubSub}:
                outbound:
                  timeout: publish
                  retry: publish
                inbound:
                  timeout: deliver
                  retry: deliver

        """;

    private const string Configuration =
        """
        apiVersion: dapr.io/v1alpha1
        kind: Configuration
        metadata:
          name: koopmanmesh
        spec:
          tracing:
            samplingRate: "0"
          metric:
            enabled: false

        """;
}
