using System.Text.Json.Nodes;

namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>One document of Kubernetes.</summary>
internal sealed class Manifest(JsonObject document)
{
    public JsonObject Document => document;

    public string Kind => document["kind"]!.GetValue<string>();

    public string ApiVersion => document["apiVersion"]!.GetValue<string>();

    public string Name => document["metadata"]!["name"]!.GetValue<string>();

    public JsonObject Spec => document["spec"]!.AsObject();

    /// <summary>The template of the pods that it makes, or nothing where it makes none.</summary>
    public JsonObject? Template => Kind is "Deployment" or "StatefulSet" or "DaemonSet" or "Job"
        ? Spec["template"]!.AsObject()
        : null;

    public JsonObject? PodSpec => Template?["spec"]!.AsObject();

    /// <summary>Containers of its pods, those that run first included.</summary>
    public IEnumerable<JsonObject> Containers =>
        Nodes.Objects(PodSpec?["containers"]).Concat(Nodes.Objects(PodSpec?["initContainers"]));

    /// <summary>What its pods are labelled with.</summary>
    public JsonNode? Labels => Template?["metadata"]?["labels"];

    public JsonObject Annotations => Template?["metadata"]?["annotations"]?.AsObject() ?? [];

    public override string ToString() => $"{Kind} {Name}";
}
