using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// Which observables are wanted, before the data is known. <see cref="Build"/> fixes what depends on it (centres,
/// bandwidths, random directions) from a sample, once, so that chunks and shards are lifted alike.
/// </summary>
public abstract record ObservablesSpec
{
    /// <summary>psi(x) = x.</summary>
    public static ObservablesSpec Identity { get; } = new IdentitySpec();

    /// <summary>psi(x) = [1; x].</summary>
    public static ObservablesSpec Affine { get; } = new AffineSpec();

    /// <summary>The dictionary over states like those in <paramref name="sample"/> (n × s, s ≥ 1, finite).</summary>
    public abstract Dictionary Build(Matrix sample, ILinearAlgebra la);

    private sealed record IdentitySpec : ObservablesSpec
    {
        public override Dictionary Build(Matrix sample, ILinearAlgebra la) => Dictionary.Identity(sample.Rows);
    }

    private sealed record AffineSpec : ObservablesSpec
    {
        public override Dictionary Build(Matrix sample, ILinearAlgebra la) => Dictionary.Affine(sample.Rows);
    }
}
