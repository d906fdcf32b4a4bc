namespace Dapr.Client;

internal static class ContentTypes
{
    internal const string Json = "application/json";

    internal const string CloudEvent = "application/cloudevents+json";
}
