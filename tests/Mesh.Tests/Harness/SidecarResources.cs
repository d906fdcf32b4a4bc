namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>What sidecars read: the broker, as a cluster has it, with a short processing timeout.</summary>
internal static class SidecarResources
{
    public static string Write(string folder, string redis)
    {
        File.WriteAllText(
            Path.Combine(folder, "pubsub.yaml"),
            $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: koopmanmesh-pubsub
            spec:
              type: pubsub.redis
              version: v1
              metadata:
                - name: redisHost
                  value: "{redis}"
                - name: queueDepth
                  value: "1"
                - name: concurrency
                  value: "4"
                - name: processingTimeout
                  value: 5s
                - name: redeliverInterval
                  value: 1s
                - name: maxLenApprox
                  value: "10000"
            """);
        return folder;
    }
}
