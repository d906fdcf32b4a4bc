namespace KoopmanMesh.Capture.Interventions;

/// <summary>
/// A graded intervention at one component's output (methods P0.12): not an ablation, which in a chain destroys
/// everything, but a change small enough that components can be ranked by its effect.
/// </summary>
/// <param name="Name">As reports name it.</param>
/// <param name="Draws">Independent random draws that are averaged; 1 for a deterministic intervention.</param>
internal abstract record Intervention(string Name, int Draws)
{
    /// <summary>Writes the changed outputs of the component.</summary>
    /// <param name="before">The component's inputs, [rows, n] row-major.</param>
    /// <param name="after">The component's outputs, [rows, p] row-major.</param>
    /// <param name="rows">Rows in both.</param>
    /// <param name="random">Seeded for this component, intervention, draw and batch.</param>
    /// <param name="units">Seeded for this component, intervention and draw: the same in every batch.</param>
    /// <param name="changed">Receives [rows, p]; does not overlap the inputs.</param>
    public abstract void Apply(
        ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows, Random random, Random units,
        Span<float> changed);
}

/// <summary>Adds Gaussian noise of <paramref name="Level"/> standard deviations of each unit.</summary>
internal sealed record NoiseIntervention(double Level, CutStatistics Statistics, int Draws)
    : Intervention(FormattableString.Invariant($"noise-{Level:0.0}"), Draws)
{
    public override void Apply(
        ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows, Random random, Random units,
        Span<float> changed)
    {
        var width = Statistics.Width;
        for (var unit = 0; unit < width; unit++)
        {
            var deviation = Level * Statistics.Deviation(unit);
            for (var index = unit; index < rows * width; index += width)
            {
                changed[index] = after[index] + (float)(deviation * Gaussian(random));
            }
        }
    }

    // Box-Muller, one of the pair: 1 - u is in (0, 1], so that the logarithm is finite.
    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

/// <summary>Replaces a random <see cref="Fraction"/> of the units, by their mean or by another row's values.</summary>
internal sealed record ResampleIntervention(bool ByMean, CutStatistics Statistics, int Draws)
    : Intervention(ByMean ? "resample-mean" : "resample-other", Draws)
{
    /// <summary>Share of the units replaced, at least one unit.</summary>
    private const double Fraction = 0.3;

    public override void Apply(
        ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows, Random random, Random units,
        Span<float> changed)
    {
        var width = Statistics.Width;
        after.CopyTo(changed);
        var order = Enumerable.Range(0, width).ToArray();
        units.Shuffle(order);
        var chosen = order.AsSpan(0, Math.Max(1, (int)Math.Round(Fraction * width)));
        for (var row = 0; row < rows; row++)
        {
            var other = after.Slice(random.Next(rows) * width, width);
            foreach (var unit in chosen)
            {
                changed[(row * width) + unit] = ByMean ? Statistics.Mean(unit) : other[unit];
            }
        }
    }
}

/// <summary>Replaces the component by an affine stand-in.</summary>
internal sealed record StandInIntervention(string Name, AffineStandIn StandIn) : Intervention(Name, 1)
{
    public override void Apply(
        ReadOnlySpan<float> before, ReadOnlySpan<float> after, int rows, Random random, Random units,
        Span<float> changed) =>
        StandIn.Apply(before, rows, changed);
}
