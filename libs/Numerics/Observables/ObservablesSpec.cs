using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// Which observables are wanted, before the data is known. <see cref="Build"/> fixes what depends on it (centres,
/// bandwidths, random directions) from a sample, once, so that chunks and shards are lifted alike. Delays are none of
/// them: they are stacked before the dictionary sees a state, and combine with all of it.
/// </summary>
public abstract record ObservablesSpec
{
    /// <summary>What <see cref="Parse"/> reads, for people.</summary>
    public const string Grammar = """
        Terms joined by "+", e.g. poly:3+rff:200:0.5; 1 and x are there unless the first term is identity.
        identity                  x alone
        affine                    1 and x
        poly:degree[:most]        monomials of total degree 2 and up, at most so many
        abs                       |x| of each coordinate
        relu[:count]              max(x, 0) of each coordinate, or of random directions
        rbf:count[:bandwidth]     Gaussians about k-means centres
        tps:count[:bandwidth]     thin plates about k-means centres
        rff:count[:bandwidth]     random Fourier features
        hermite:degree            Hermite polynomials of each coordinate
        seed:number               seeds everything random
        """;

    /// <summary>psi(x) = x.</summary>
    public static ObservablesSpec Identity { get; } = new FeatureObservables { Constant = false };

    /// <summary>psi(x) = [1; x].</summary>
    public static ObservablesSpec Affine { get; } = new FeatureObservables();

    /// <summary>psi(x) = [1; x; f_1(x); f_2(x); …].</summary>
    public static ObservablesSpec Of(params IReadOnlyList<FeatureSpec> features) =>
        new FeatureObservables { Features = features };

    /// <summary>
    /// Reads terms joined by "+", e.g. "poly:3+rff:200:0.5": "affine" (1 and x; the default), "identity" (x alone, when
    /// it comes first), "poly:degree[:most]" (monomials of total degree 2 and up, at most so many), "abs" (|x|), "relu"
    /// (max(x, 0)), "relu:count" (of random directions), "rbf:count[:bandwidth]" (Gaussians about k-means centres),
    /// "tps:count[:bandwidth]" (thin plates), "rff:count[:bandwidth]" (random Fourier features), "hermite:degree" (of
    /// each coordinate), and "seed:number" for everything random. A bandwidth not given is the median distance.
    /// <c>ToString</c> writes the text back with "affine" spelled out.
    /// </summary>
    /// <exception cref="ObservablesException">The text does not follow this.</exception>
    public static ObservablesSpec Parse(string text) => ObservablesText.Parse(text);

    /// <summary>The dictionary over states like those in <paramref name="sample"/> (n × s, s ≥ 1, finite).</summary>
    public abstract Dictionary Build(Matrix sample, ILinearAlgebra la);
}
