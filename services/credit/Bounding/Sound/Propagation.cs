using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>One step at a time: values, float32 errors, and differences.</summary>
/// <param name="symbols">Noise symbols; none for intervals alone.</param>
/// <param name="la">What multiplies.</param>
internal sealed class Propagation(SymbolSource? symbols, ILinearAlgebra la)
{
    public TensorState Start(Box box) =>
        new(Enclosure.Of(box, symbols), Enclosure.Zero(box.Width, symbols));

    public Enclosure NoDifference(int width) => Enclosure.Zero(width, symbols);

    /// <summary>What a step makes of its inputs.</summary>
    public TensorState Take(LoweredStep step, Func<string, TensorState> state)
    {
        var result = step switch
        {
            CopyStep copy => state(copy.Input),
            KinkStep kink => Bent(kink, state(kink.Input)),
            AffineStep affine => Mapped(affine, [.. affine.Terms.Select(term => state(term.Tensor))]),
            _ => throw new NotSupportedException($"a step of the kind {step.GetType().Name} can't be bounded"),
        };
        RequireFinite(step, result);
        return result;
    }

    /// <summary>The difference after a step that both networks take, one from states x and one from states y.</summary>
    public Enclosure Difference(
        LoweredStep step, Func<string, Enclosure> difference, Func<string, TensorState> x,
        Func<string, TensorState> y) => step switch
        {
            CopyStep copy => difference(copy.Input),
            KinkStep kink => difference(kink.Input).KinkedDifference(
                kink.Slopes, x(kink.Input).Value.Bounds, y(kink.Input).Value.Bounds, symbols),
            AffineStep affine => Enclosure.Affine(
                affine, [.. affine.Terms.Select(term => difference(term.Tensor))], withBias: false, symbols, la),
            _ => throw new NotSupportedException($"a step of the kind {step.GetType().Name} can't be bounded"),
        };

    /// <summary>What two enclosures of one difference agree on.</summary>
    public Enclosure Meet(Enclosure a, Enclosure b) => a.Meet(b, symbols);

    private TensorState Bent(KinkStep kink, TensorState input)
    {
        var exact = input.Value.Bounds;
        var run = exact.Plus(input.Error.Bounds);
        var error = input.Error.KinkedDifference(kink.Slopes, run, exact, symbols);
        var rounded = new double[kink.Width];
        for (var i = 0; i < rounded.Length; i++)
        {
            if (kink.Slopes[i] is not (0 or 1 or -1) && run.Lower[i] < 0)
            {
                rounded[i] = Rounding.Above(
                    (Rounding.Gamma32(1) * Math.Abs(kink.Slopes[i]) * -run.Lower[i]) + Rounding.Underflow32(1), 4);
            }
        }

        return new TensorState(
            input.Value.Kinked(kink.Slopes, symbols),
            Array.Exists(rounded, value => value > 0) ? error.Blurred(rounded, symbols) : error);
    }

    private TensorState Mapped(AffineStep step, IReadOnlyList<TensorState> inputs)
    {
        var value = Enclosure.Affine(step, [.. inputs.Select(input => input.Value)], withBias: true, symbols, la);
        var error = Enclosure.Affine(step, [.. inputs.Select(input => input.Error)], withBias: false, symbols, la);
        return new TensorState(value, step.IsSelection ? error : error.Blurred(Rounded(step, inputs), symbols));
    }

    /// <summary>gamma (sum |A| |x| + |b|) in float32, x as the runtime has it.</summary>
    private double[] Rounded(AffineStep step, IReadOnlyList<TensorState> inputs)
    {
        var sum = (double[])step.BiasMagnitude.Clone();
        for (var k = 0; k < inputs.Count; k++)
        {
            var magnitudes = inputs[k].Value.Bounds.Plus(inputs[k].Error.Bounds).Magnitudes();
            System.Numerics.Tensors.TensorPrimitives.Add(
                sum, step.Terms[k].Map.Absolute.Apply(magnitudes, la), sum);
        }

        var (gamma, near) = (Rounding.Gamma32(step.MostTerms), Rounding.Underflow32(step.MostTerms));
        for (var i = 0; i < sum.Length; i++)
        {
            // The whole may be small where what it is the sum of is not.
            if (!(Rounding.Above(sum[i], step.MostTerms) * (1 + gamma) < float.MaxValue))
            {
                throw new UnboundedException(
                    $"Element {i} of '{step.Output}' is a sum whose parts may go beyond what float32 holds on the box.");
            }

            sum[i] = Rounding.Above((gamma * sum[i]) + near, step.MostTerms);
        }

        return sum;
    }

    private static void RequireFinite(LoweredStep step, TensorState state)
    {
        var run = state.Value.Bounds.Plus(state.Error.Bounds);
        for (var i = 0; i < step.Width; i++)
        {
            // Written so that a NaN is refused too.
            if (!(run.Magnitude(i) < float.MaxValue))
            {
                var range = FormattableString.Invariant($"[{run.Lower[i]:g3}, {run.Upper[i]:g3}]");
                throw new UnboundedException(
                    $"Element {i} of '{step.Output}' may lie anywhere in {range} on the box, beyond what float32 "
                    + "holds.");
            }
        }
    }
}
