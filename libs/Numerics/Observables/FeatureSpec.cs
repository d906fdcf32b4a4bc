using System.Globalization;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// One block of observables, before the data is known. A block of one's own is a record derived from this that returns
/// its own <see cref="Feature"/>.
/// </summary>
public abstract partial record FeatureSpec
{
    /// <summary>
    /// Fixes the parameters from states like those to come (n × s, s ≥ 1, finite) and, if they are random, the seed.
    /// </summary>
    /// <exception cref="ObservablesException">There would be too many observables.</exception>
    public abstract Feature Build(Matrix sample, int seed, ILinearAlgebra la);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Text(string name, int count, double? bandwidth) =>
        bandwidth is { } s ? Text($"{name}:{count}:{s:R}") : Text($"{name}:{count}");

    /// <summary>Monomials of total degree 2 to d.</summary>
    /// <param name="Degree">d ≥ 2.</param>
    /// <param name="MostTerms">Only so many, lowest degrees first; null for all.</param>
    public sealed record Monomials(int Degree, int? MostTerms = null) : FeatureSpec
    {
        /// <inheritdoc/>
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la) =>
            new MonomialFeature(Width(sample), Degree, MostTerms ?? int.MaxValue);

        /// <inheritdoc/>
        public override string ToString() =>
            MostTerms is { } most ? Text($"poly:{Degree}:{most}") : Text($"poly:{Degree}");
    }

    /// <summary>|x_i| of each coordinate.</summary>
    public sealed record Absolute : FeatureSpec
    {
        /// <inheritdoc/>
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la) => new AbsoluteFeature(Width(sample));

        /// <inheritdoc/>
        public override string ToString() => "abs";
    }

    /// <summary>Hermite polynomials 2 to d of each coordinate, standardised on the sample.</summary>
    /// <param name="Degree">d ≥ 2.</param>
    public sealed record HermitePolynomials(int Degree) : FeatureSpec
    {
        /// <inheritdoc/>
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la)
        {
            var (mean, deviation) = SampleGeometry.Moments(sample);
            return new HermiteFeature(mean, deviation, Degree);
        }

        /// <inheritdoc/>
        public override string ToString() => Text($"hermite:{Degree}");
    }

    private static int Width(Matrix sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return sample.Rows;
    }
}
