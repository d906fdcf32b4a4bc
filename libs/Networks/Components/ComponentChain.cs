namespace KoopmanMesh.Networks.Components;

/// <summary>A network as a chain: each component reads what the one before it wrote.</summary>
/// <param name="Model">The network.</param>
/// <param name="Granularity">How finely it was cut.</param>
/// <param name="Components">The components, in order; at least one.</param>
/// <param name="Notes">What a report should say about the cut, one sentence each.</param>
public sealed record ComponentChain(
    NetworkModel Model, Granularity Granularity, IReadOnlyList<Component> Components, IReadOnlyList<string> Notes)
{
    /// <summary>
    /// The tensors between and around the components: one more than there are components, input first.
    /// </summary>
    public IReadOnlyList<TensorLayout> Boundaries =>
        [Components[0].Input, .. Components.Select(component => component.Output)];
}
