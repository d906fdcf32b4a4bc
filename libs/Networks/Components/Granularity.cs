namespace KoopmanMesh.Networks.Components;

/// <summary>How finely a network is cut into components.</summary>
public enum Granularity
{
    /// <summary>
    /// A layer with its activation, a convolution block, a residual block or an attention block is one component.
    /// </summary>
    Default,

    /// <summary>Affine parts, activations, normalisations and poolings are components of their own.</summary>
    Fine,

    /// <summary>Neighbouring components of the same kind are one.</summary>
    Coarse,
}
