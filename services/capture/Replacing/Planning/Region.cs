using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;

namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>Components one after the other that are replaced together.</summary>
/// <param name="Components">In chain order, at least one.</param>
internal sealed record Region(IReadOnlyList<Component> Components)
{
    /// <summary>"dense_2", or "dense_2..dense_4".</summary>
    public string Name { get; } = Components.Count == 1
        ? Components[0].Name
        : $"{Components[0].Name}..{Components[^1].Name}";

    /// <summary>Index of its first component.</summary>
    public int First => Components[0].Index;

    /// <summary>Index of its last component.</summary>
    public int Last => Components[^1].Index;

    /// <summary>What it reads.</summary>
    public TensorLayout From => Components[0].Input;

    /// <summary>What it writes.</summary>
    public TensorLayout To => Components[^1].Output;

    /// <summary>Its weights, when it is one dense layer and ReLU: what the delay lift needs.</summary>
    public DenseWeights? DenseRelu => Components is [{ Dense: { After: ["Relu"] } dense }] ? dense : null;

    public bool Overlaps(Region other) => First <= other.Last && other.First <= Last;
}
