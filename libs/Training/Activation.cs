namespace KoopmanMesh.Training;

/// <summary>What a layer does to each of its sums z.</summary>
public enum Activation
{
    /// <summary>z.</summary>
    Identity,

    /// <summary>max(0, z), derivative 0 at 0.</summary>
    Relu,

    /// <summary>tanh z.</summary>
    Tanh,

    /// <summary>
    /// sin z, for signals of high frequency (SIREN, Sitzmann and others 2020: their omega is in the weights here).
    /// </summary>
    Sine,
}
