using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>How <see cref="AffineFitter"/> fits y ≈ slope · x + offset.</summary>
public sealed record AffineFitOptions
{
    /// <summary>The default relative tolerance on the singular values of the centred x.</summary>
    public const double DefaultRelativeTolerance = 1e-8;

    /// <summary>Directions of x to keep. Default: s > 1e-8 s_1; 1e-5 suits activations that were float32.</summary>
    public RankRule RankRule { get; init; } = new RankRule.RelTol(DefaultRelativeTolerance);

    /// <summary>V, n × r with orthonormal columns: the fit sees only V'x. Default null, all of x.</summary>
    public Matrix? Alignment { get; init; }
}
