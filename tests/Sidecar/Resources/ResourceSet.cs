namespace KoopmanMesh.Sidecar.Resources;

/// <summary>What the folder of resources says to this application.</summary>
internal sealed class ResourceSet
{
    public Dictionary<string, PubSubComponent> Components { get; } = [];

    public List<TopicSubscription> Subscriptions { get; } = [];

    /// <summary>By component: how often its deliveries are tried again.</summary>
    public Dictionary<string, RetryPolicy> Retries { get; } = [];

    public RetryPolicy RetryOf(string component) => Retries.GetValueOrDefault(component, RetryPolicy.None);
}
