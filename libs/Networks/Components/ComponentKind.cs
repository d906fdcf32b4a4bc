namespace KoopmanMesh.Networks.Components;

/// <summary>What a component is, after its most telling operator.</summary>
public enum ComponentKind
{
    /// <summary>Shape changes, copies and moves only.</summary>
    Reshape,

    /// <summary>Arithmetic with constants only.</summary>
    Affine,

    /// <summary>A normalisation layer.</summary>
    Normalization,

    /// <summary>Pooling or resampling.</summary>
    Pooling,

    /// <summary>A nonlinearity by itself.</summary>
    Activation,

    /// <summary>A matrix product, with what follows it.</summary>
    Dense,

    /// <summary>A convolution, with what follows it.</summary>
    Convolution,

    /// <summary>Two branches added, one of them (nearly) the input itself.</summary>
    Residual,

    /// <summary>Softmax-weighted products of the data with itself.</summary>
    Attention,

    /// <summary>Anything else that only goes together.</summary>
    Block,
}
