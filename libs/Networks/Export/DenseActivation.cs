namespace KoopmanMesh.Networks.Export;

/// <summary>The nonlinearity after a dense layer.</summary>
public enum DenseActivation
{
    /// <summary>None.</summary>
    None,

    /// <summary>max(0, z).</summary>
    Relu,

    /// <summary>tanh z.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-z)).</summary>
    Sigmoid,
}
