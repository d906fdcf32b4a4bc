using YamlDotNet.RepresentationModel;

namespace KoopmanMesh.Sidecar.Resources;

/// <summary>Looks into YAML without a word when something is not there.</summary>
internal static class YamlNodes
{
    public static string? Text(this YamlMappingNode node, string key) => (node.Child(key) as YamlScalarNode)?.Value;

    public static YamlMappingNode? Map(this YamlMappingNode node, string key) => node.Child(key) as YamlMappingNode;

    public static IList<YamlNode>? List(this YamlMappingNode node, string key) =>
        (node.Child(key) as YamlSequenceNode)?.Children;

    public static IEnumerable<(string Key, YamlMappingNode Value)> Maps(this YamlMappingNode node) =>
        node.Children
            .Where(static p => p.Value is YamlMappingNode)
            .Select(static p => (p.Key.ToString(), (YamlMappingNode)p.Value));

    private static YamlNode? Child(this YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
