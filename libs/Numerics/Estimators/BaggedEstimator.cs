using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// BOP-DMD (Sashidhar and Kutz 2022, Phil. Trans. R. Soc. A 380): optimized DMD refitted to random subsets of the
/// snapshots, started from the fit of all of them; the operator has the mean of their exponents, and <see
/// cref="KoopmanOperator.Intervals"/> says how far they spread. Bags run in parallel; the same seed gives the same
/// bits. Cost of <see cref="OptimizedEstimator"/> times the bags, though each starts where it ends.
/// </summary>
/// <remarks>
/// Subsets of a fraction f drawn without replacement differ less from each other than new data would: their variance is
/// (1 - f) / f of the estimate's (delete-d jackknife, Shao and Wu 1989, Ann. Stat. 17). The spread that the paper
/// reports is that of the bags themselves, about 58 % of the standard error at f = 0.75; here it is divided by sqrt((1
/// - f) / f) unless <see cref="Rescale"/> is off. It measures what noise does, not a wrong rank or a signal that is no
/// sum of exponentials.
/// </remarks>
public sealed record BaggedEstimator : IEstimator
{
    /// <summary>The default of <see cref="Bags"/>.</summary>
    public const int DefaultBags = 100;

    /// <summary>The default of <see cref="Fraction"/>.</summary>
    public const double DefaultFraction = 0.75;

    /// <inheritdoc/>
    public string Name => "bop-dmd";

    /// <summary>How each bag, and all the data before them, is fitted.</summary>
    public OptimizedEstimator Optimized { get; init; } = new();

    /// <summary>How many subsets, ≥ 2. Default 100.</summary>
    public int Bags
    {
        get;
        init => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "there are at least 2 bags");
    } = DefaultBags;

    /// <summary>f, the part of the snapshots in each, in (0, 1); the paper's 0.6 to 0.8. Default 0.75.</summary>
    public double Fraction
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the fraction in a bag lies in (0, 1)");
    } = DefaultFraction;

    /// <summary>Report the spread of the estimate rather than that of the bags. Default true.</summary>
    public bool Rescale { get; init; } = true;

    /// <summary>Seed of the subsets. Default 0.</summary>
    public int Seed { get; init; }

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        var ready = OptimizedEstimatorData.Of(data, Optimized, la);
        var fit = Optimized.Fit(ready, la);
        var whole = OptimizedEstimatorAssembly.Of(Name, ready, fit.Blocks, Optimized.Delays, la);
        whole = whole with { Diagnostics = OptimizedEstimator.Report(whole.Diagnostics, fit) };
        var size = Math.Max((int)Math.Round(Fraction * ready.Times.Length), whole.Rank + 1);
        if (whole.Rank == 0 || size >= ready.Times.Length)
        {
            return Warned(
                whole, $"{ready.Times.Length} snapshots are too few to fit {whole.Rank} exponents to part of them");
        }

        var bags = BaggedEstimatorBags.Of(this, ready, fit, size, la);
        if (bags.Usable.Count < 2)
        {
            return Warned(whole, $"{bags.Failed} of {Bags} bags failed, too many for intervals");
        }

        var blocks = VariableProjectionBlock.Group(bags.Mean(), ready.EvenlySpaced);
        var found = OptimizedEstimatorAssembly.Of(Name, ready, blocks, Optimized.Delays, la);
        found = found with
        {
            Diagnostics = OptimizedEstimator.Report(found.Diagnostics, fit),
            Intervals = BaggedEstimatorIntervals.Of(found, bags, ready, Rescale, la),
        };
        return bags.Failed == 0
            ? found
            : Warned(found, $"{bags.Failed} of {Bags} bags failed or ran away and are left out");
    }

    private static KoopmanOperator Warned(KoopmanOperator found, string warning) => found with
    {
        Diagnostics = found.Diagnostics with { Warnings = [.. found.Diagnostics.Warnings, warning] },
    };
}
