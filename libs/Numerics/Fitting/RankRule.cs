using System.Globalization;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>
/// How many singular values s_1 ≥ s_2 ≥ … of an n × m matrix to keep. No rule keeps a value at the level of round-off
/// (<see cref="SpectrumShape.RelativeFloor"/>), and a zero matrix has rank 0 under every rule.
/// </summary>
public abstract record RankRule
{
    private protected RankRule()
    {
    }

    /// <summary>Everything above round-off.</summary>
    public static RankRule Full { get; } = new RelTol(0);

    /// <summary>True when the rule looks at more than the leading singular values and their total energy.</summary>
    public virtual bool NeedsWholeSpectrum => false;

    /// <summary>Applies the rule to all the singular values of an n × m matrix, descending; linear time.</summary>
    /// <exception cref="NonFiniteDataException">A singular value is NaN or infinite.</exception>
    public RankDecision Decide(ReadOnlySpan<double> s, int n, int m) => Decide(s, new SpectrumShape(n, m));

    /// <summary>Applies the rule to singular values, descending; linear time.</summary>
    /// <exception cref="NonFiniteDataException">A singular value is NaN or infinite.</exception>
    public RankDecision Decide(ReadOnlySpan<double> s, SpectrumShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Guard.Finite(s, "the list of singular values");
        if (s.IsEmpty || s[0] <= 0)
        {
            return new RankDecision(0, 0, 0, 0, "the matrix is zero");
        }

        var possible = CountAbove(s, shape.RelativeFloor * s[0]);
        var (wanted, threshold, reason) = Choose(s, shape);
        var rank = Math.Min(wanted, possible);
        if (wanted > possible)
        {
            reason = Text($"{reason}, but only {possible} above round-off");
            threshold = shape.RelativeFloor * s[0];
        }

        if (shape.Cap is { } cap && rank > cap)
        {
            (rank, reason, threshold) = (cap, Text($"{reason}, capped at {cap}"), s[cap]);
        }

        return new RankDecision(rank, possible, threshold, Discarded(s, rank, shape.TotalEnergy), reason);
    }

    /// <summary>The rule itself, on a spectrum known to be finite with s_1 > 0.</summary>
    private protected abstract (int Rank, double Threshold, string Reason) Choose(
        ReadOnlySpan<double> s, SpectrumShape shape);

    private protected static int CountAbove(ReadOnlySpan<double> s, double threshold)
    {
        var count = 0;
        while (count < s.Length && s[count] > threshold)
        {
            count++;
        }

        return count;
    }

    private protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sum of (s_i / s_1)^2 from <paramref name="start"/>: no overflow at any scale.</summary>
    private protected static double RelativeEnergy(ReadOnlySpan<double> s, int start)
    {
        var sum = 0.0;
        for (var i = s.Length - 1; i >= start; i--)
        {
            sum += s[i] / s[0] * (s[i] / s[0]);
        }

        return sum;
    }

    private protected static double TotalEnergy(ReadOnlySpan<double> s, SpectrumShape shape) =>
        shape.TotalEnergy is { } total ? Math.Max(total / s[0] / s[0], RelativeEnergy(s, 0)) : RelativeEnergy(s, 0);

    private static double Discarded(ReadOnlySpan<double> s, int rank, double? totalEnergy)
    {
        var listed = RelativeEnergy(s, 0);
        var unlisted = totalEnergy is { } total ? Math.Max(0, (total / s[0] / s[0]) - listed) : 0;
        return (RelativeEnergy(s, rank) + unlisted) / (listed + unlisted);
    }

    /// <summary>min(r, number above round-off).</summary>
    /// <param name="Rank">r ≥ 0.</param>
    public sealed record Fixed(int Rank) : RankRule
    {
        /// <summary>Who fixed it, told instead of "fixed at r".</summary>
        internal string? Why { get; init; }

        private protected override (int, double, string) Choose(ReadOnlySpan<double> s, SpectrumShape shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(Rank);
            var rank = Math.Min(Rank, s.Length);
            return (rank, rank == 0 ? s[0] : s[rank - 1], Why ?? Text($"fixed at {Rank}"));
        }
    }

    /// <summary>Number of s_i > tau · s_1 (NRNK = -1 in LAPACK's xGEDMD).</summary>
    /// <param name="Tau">Relative tolerance in [0, 1); 1e-8 suits float64 data, 1e-5 float32 activations.</param>
    public sealed record RelTol(double Tau) : RankRule
    {
        private protected override (int, double, string) Choose(ReadOnlySpan<double> s, SpectrumShape shape)
        {
            RequireTolerance(Tau, nameof(Tau));
            var relative = Math.Max(Tau, shape.RelativeFloor);
            return (CountAbove(s, relative * s[0]), relative * s[0], Text($"s > {relative:0.###E+00} s1"));
        }
    }

    /// <summary>Cut at the first s_i ≤ tau · s_(i-1) (NRNK = -2 in LAPACK's xGEDMD).</summary>
    /// <param name="Tau">Largest drop between neighbours, in [0, 1).</param>
    public sealed record Consecutive(double Tau) : RankRule
    {
        private protected override (int, double, string) Choose(ReadOnlySpan<double> s, SpectrumShape shape)
        {
            RequireTolerance(Tau, nameof(Tau));
            var rank = 1;
            while (rank < s.Length && s[rank] > Tau * s[rank - 1])
            {
                rank++;
            }

            return (rank, rank < s.Length ? s[rank] : 0, Text($"first drop to {Tau:0.###E+00} of the value before"));
        }
    }

    /// <summary>Smallest r whose leading values hold the fraction eta of the energy, sum of s_i^2.</summary>
    /// <param name="Eta">Fraction in (0, 1].</param>
    public sealed record Energy(double Eta) : RankRule
    {
        private protected override (int, double, string) Choose(ReadOnlySpan<double> s, SpectrumShape shape)
        {
            RequireFraction(Eta, nameof(Eta));
            var (wanted, kept, rank) = (Eta * TotalEnergy(s, shape), 0.0, 0);
            while (rank < s.Length && kept < wanted)
            {
                kept += s[rank] / s[0] * (s[rank] / s[0]);
                rank++;
            }

            return (rank, s[rank - 1], Text($"{Eta} of the energy"));
        }
    }

    /// <summary>
    /// The optimal hard threshold for white noise (Gavish and Donoho 2014, IEEE Trans. Inf. Theory 60(8), eqs. 4 and
    /// 11): lambda*(beta) · sqrt(max(n, m)) · sigma with the noise known, omega(beta) · median(s) without. For data
    /// without noise the median is round-off, and the floor of <see cref="SpectrumShape"/> decides.
    /// </summary>
    /// <param name="NoiseStandardDeviation">sigma of the entries' noise, or null to take it from the median.</param>
    public sealed record OptimalThreshold(double? NoiseStandardDeviation = null) : RankRule
    {
        /// <inheritdoc/>
        public override bool NeedsWholeSpectrum => NoiseStandardDeviation is null;

        private protected override (int, double, string) Choose(ReadOnlySpan<double> s, SpectrumShape shape)
        {
            var (small, large) = (Math.Min(shape.Rows, shape.Columns), Math.Max(shape.Rows, shape.Columns));
            var beta = (double)small / large;
            if (NoiseStandardDeviation is { } sigma)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(sigma, nameof(NoiseStandardDeviation));
                var known = MarchenkoPastur.OptimalThreshold(beta) * Math.Sqrt(large) * sigma;
                return (CountAbove(s, known), known, Text($"optimal threshold for noise {sigma}"));
            }

            var middle = 0.5 * (s[(s.Length - 1) / 2] + s[s.Length / 2]);
            var unknown = MarchenkoPastur.MedianThreshold(beta) * middle;
            return (CountAbove(s, unknown), unknown, "optimal threshold for noise of unknown size");
        }
    }

    private protected static void RequireTolerance(double value, string name)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "a relative tolerance lies in [0, 1)");
        }
    }

    private protected static void RequireFraction(double value, string name)
    {
        if (!(value > 0 && value <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "a fraction of energy lies in (0, 1]");
        }
    }
}
