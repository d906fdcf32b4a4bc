using System.Globalization;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>psi(x) = [1; x; f_1(x); f_2(x); …].</summary>
public sealed record FeatureObservables : ObservablesSpec
{
    /// <summary>The 1 in front. Default true.</summary>
    public bool Constant { get; init; } = true;

    /// <summary>f_1, f_2, …. Default none.</summary>
    public IReadOnlyList<FeatureSpec> Features { get; init; } = [];

    /// <summary>Of everything random; every feature draws its own numbers from it. Default 0.</summary>
    public int Seed { get; init; }

    /// <inheritdoc/>
    public override Dictionary Build(Matrix sample, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(la);
        if (sample.Rows < 1 || sample.Columns < 1)
        {
            throw new ShapeMismatchException(
                "the sample of states", "at least 1 x 1", $"{sample.Rows} x {sample.Columns}");
        }

        Guard.Finite(sample, "the sample of states");
        List<Feature> blocks = Constant
            ? [new ConstantFeature(), new StateFeature(sample.Rows)]
            : [new StateFeature(sample.Rows)];
        for (var i = 0; i < Features.Count; i++)
        {
            blocks.Add(Features[i].Build(sample, unchecked((Seed * 8191) + i), la));
        }

        return new Dictionary(sample.Rows, blocks);
    }

    /// <inheritdoc/>
    public bool Equals(FeatureObservables? other) =>
        other is not null && Constant == other.Constant && Seed == other.Seed
        && Features.SequenceEqual(other.Features);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Constant, Seed, Features.Count);

    /// <summary>As <see cref="ObservablesSpec.Parse"/> reads it.</summary>
    public override string ToString()
    {
        var text = string.Join('+', Features.Select(f => f.ToString()).Prepend(Constant ? "affine" : "identity"));
        return Seed == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}+seed:{Seed}");
    }
}
