using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>
/// What a part of a network is lifted to before a linear operator stands in for it: the state and blocks of observables
/// psi(x) = [x; f_1(x); …]. There is no constant: the fit is about the means.
/// </summary>
public sealed class Lift
{
    internal Lift(string text, IReadOnlyList<FeatureSpec> features, string? refusal = null) =>
        (Text, Features, Refusal) = (text, features, refusal);

    /// <summary>As it was asked for.</summary>
    public string Text { get; }

    /// <summary>f_1, f_2, …, with every default filled in.</summary>
    public IReadOnlyList<FeatureSpec> Features { get; }

    /// <summary>Layers of the scaling block that has to be trained first, or null.</summary>
    public int? Delays => Features.OfType<DelaySpec>().FirstOrDefault()?.Layers;

    /// <summary>Why the defaults do not fit the width; null when they do.</summary>
    internal string? Refusal { get; }

    /// <summary>What <see cref="Parse"/> reads, for people.</summary>
    public const string Grammar = """
        Terms joined by "+", e.g. relu:200+poly:2; x itself and a constant are always there.
        affine                    x alone: the plain baseline
        relu[:count]              max(w'x + b, 0) of random directions; default 2 n within 64 and 2048
        pairs[:count]             the same, w from one state to another: better than relu for pixels; default as relu
        abs                       |x| of each coordinate
        rff[:count[:bandwidth]]   random Fourier features; default 2 n within 64 and 2048
        poly[:degree[:most]]      monomials of degree 2 and up; default 2
        rbf:count[:bandwidth]     Gaussians about k-means centres
        tps:count[:bandwidth]     thin plates about k-means centres
        hermite:degree            Hermite polynomials of each coordinate
        delay[:layers]            states of a scaling block trained to imitate a dense ReLU layer; default 10
        """;

    /// <summary>Reads <see cref="Grammar"/> for states of <paramref name="width"/> coordinates.</summary>
    /// <exception cref="ObservablesException">The text does not follow it.</exception>
    public static Lift Parse(string text, int width) => LiftText.Parse(text, width);

    /// <summary>The same lift with the scaling block trained.</summary>
    /// <exception cref="ArgumentException">The chain has another number of layers than the lift asks for.</exception>
    public Lift Trained(ReluChainFeature chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return chain.Weights.Count == Delays
            ? new Lift(Text, [.. Features.Select(f => f is DelaySpec ? new FixedSpec(chain) : f)])
            : throw new ArgumentException(
                $"the lift {Text} takes a chain of {Delays ?? 0} layers, got {chain.Weights.Count}", nameof(chain));
    }

    /// <summary>N at most, before there is data to bind it to.</summary>
    /// <exception cref="ObservablesException">There would be too many.</exception>
    internal int MostObservables(int width, ILinearAlgebra la)
    {
        if (Refusal is not null)
        {
            throw new ObservablesException(Refusal);
        }

        var sample = new Matrix(width, 1);
        var count = Features.Sum(feature => feature switch
        {
            FeatureSpec.Radial radial => radial.Number,
            FeatureSpec.Fourier fourier => fourier.Number,
            FeatureSpec.Relu { Directions: { } directions } => directions,
            PairDirectionsSpec pairs => pairs.Number,
            DelaySpec delay => (long)delay.Layers * width,
            _ => feature.Build(sample, 0, la).Count,
        });
        Dictionary.RequireCount(count, $"the lift {Text} of {width} coordinates");
        return checked((int)(width + count));
    }

    /// <summary>psi, bound to a sample of states (n × s).</summary>
    internal Dictionary Bind(Matrix sample, int seed, ILinearAlgebra la) =>
        new FeatureObservables { Constant = false, Features = Features, Seed = seed }.Build(sample, la);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>A scaling block that is yet to be trained.</summary>
    internal sealed record DelaySpec(int Layers) : FeatureSpec
    {
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la) =>
            throw new InvalidOperationException($"the scaling block of delay:{Layers} was not trained");
    }

    private sealed record FixedSpec(Feature Feature) : FeatureSpec
    {
        public override Feature Build(Matrix sample, int seed, ILinearAlgebra la) => Feature;
    }
}
