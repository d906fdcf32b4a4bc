using System.Globalization;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>
/// From sums to stand-ins. The observables are standardised, psi = D^-1 (psi - mean), so that the rank rule is fair to
/// all; with the fit G U' of D^-1 psi the coefficients are G U' D^-1, in as few factors as they have rank. Lower ranks
/// project on the principal directions P of the fitted values: P P'G U' D^-1.
/// </summary>
internal sealed class StandInRegression(LiftSums sums, StandInOptions options, ILinearAlgebra la)
{
    // A held-out error this many times the fitted one says that the fit has learnt its rows by heart.
    private const double Overfit = 1.5;

    private readonly List<string> _warnings = [];

    /// <summary>The smallest number of any state.</summary>
    public required float Lowest { get; init; }

    /// <summary>Uses the sums up.</summary>
    public IReadOnlyList<StandInFit> Fit(IReadOnlyList<int> ranks, CancellationToken cancellationToken)
    {
        var errors = Test(ranks, cancellationToken);
        sums.Join();
        var all = sums.Fitted();
        var scales = all.Standardisation();
        var fit = all.Scale(scales).Fit(options.RankTolerance, la);
        cancellationToken.ThrowIfCancellationRequested();
        Warn(fit, (long)all.Count, scales);
        var right = fit.Basis.Copy().ScaleRows(scales);
        var directions = new Lazy<Matrix>(() => LowRankAffine.Directions(fit, all.Moments, la).Directions);
        var results = new List<StandInFit>();
        for (var i = 0; i < ranks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reduced = Reduced(fit, all, ranks[i], directions);
            results.Add(new StandInFit
            {
                StandIn = StandIn(right, reduced, ranks[i], directions),
                AskedRank = ranks[i],
                Rank = Math.Min(Kept(fit, ranks[i]), FullRank(fit)),
                Rows = (long)all.Count,
                FittedError = errors[i].Fitted,
                HeldOutError = errors[i].HeldOut,
                ConditionNumber = fit.ConditionNumber,
                DigitsLost = fit.DigitsLost,
                Warnings = [.. _warnings, .. Overfitted(errors[i])],
            });
        }

        return results;
    }

    // On the rows fitted, and on those held out.
    private (double Fitted, double HeldOut)[] Test(IReadOnlyList<int> ranks, CancellationToken cancellationToken)
    {
        var train = sums.Fitted();
        var scales = train.Standardisation();
        var fit = train.Scale(scales).Fit(options.RankTolerance, la);
        cancellationToken.ThrowIfCancellationRequested();
        var heldOut = sums.HeldOut().Scale(scales);
        if (heldOut.Count == 0)
        {
            _warnings.Add($"no rows of {(long)train.Count} were held out: the held-out error is the fitted one");
        }

        var directions = new Lazy<Matrix>(() => LowRankAffine.Directions(fit, train.Moments, la).Directions);
        var errors = new (double, double)[ranks.Count];
        for (var i = 0; i < ranks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reduced = Reduced(fit, train, ranks[i], directions);
            var fitted = train.Error(reduced, la);
            errors[i] = (fitted, heldOut.Count > 0 ? heldOut.Error(reduced, la) : fitted);
        }

        return errors;
    }

    private static int FullRank(AffineFit fit) => Math.Min(fit.Rank.Rank, fit.AfterWidth);

    private static int Kept(AffineFit fit, int rank) => rank == 0 ? FullRank(fit) : rank;

    private AffineFit Reduced(AffineFit fit, LiftSummary summary, int rank, Lazy<Matrix> directions)
    {
        if (Kept(fit, rank) >= FullRank(fit))
        {
            return fit;
        }

        var p = directions.Value.SelectColumns(0, rank);
        var slope = la.Multiply(p, la.Multiply(p, fit.ReducedSlope, transposeA: true));
        var offset = MomentBlocks.Offset(summary.Moments.Mean, fit.Basis, slope, la);
        return new AffineFit(fit.Basis, slope, offset, la)
        {
            SingularValues = fit.SingularValues,
            Rank = fit.Rank,
            ConditionNumber = fit.ConditionNumber,
            DigitsLost = fit.DigitsLost,
        };
    }

    // L R' with as few columns as it can have.
    private StandIn StandIn(Matrix right, AffineFit fit, int rank, Lazy<Matrix> directions)
    {
        var offset = fit.Offset.Span;
        if (fit.Rank.Rank == 0)
        {
            return new StandIn(sums.Observables, new Matrix(right.Rows, 1), new Matrix(offset.Length, 1), offset);
        }

        if (Kept(fit, rank) < FullRank(fit))
        {
            var p = directions.Value.SelectColumns(0, rank);
            var inner = la.Multiply(fit.ReducedSlope, p, transposeA: true);
            return new StandIn(sums.Observables, la.Multiply(right, inner), p, offset);
        }

        return fit.Rank.Rank <= fit.AfterWidth
            ? new StandIn(sums.Observables, right, fit.ReducedSlope, offset)
            : new StandIn(
                sums.Observables, la.Multiply(right, fit.ReducedSlope, transposeB: true),
                Matrix.Identity(fit.AfterWidth), offset);
    }

    private void Warn(AffineFit fit, long rows, double[] scales)
    {
        var (count, idle) = (sums.Observables.Count, scales.Count(scale => scale == 0));
        if (rows <= count)
        {
            _warnings.Add($"{rows} rows determine no {count} coefficients an output; use more rows or a smaller lift");
        }

        if (idle > 0)
        {
            _warnings.Add($"{idle} of {count} observables do not vary on the rows and are left out");
        }

        if (fit.Rank.Rank < Math.Min(count - idle, rows - 1))
        {
            _warnings.Add(
                $"{fit.Rank.Rank} of {count - idle} directions of the observables are kept, by the rule "
                + fit.Rank.Reason);
        }

        if (Lowest >= 0 && sums.Observables.Features.OfType<AbsoluteFeature>().Any())
        {
            _warnings.Add("abs adds nothing: no input of the part is negative");
        }
    }

    private IEnumerable<string> Overfitted((double Fitted, double HeldOut) error)
    {
        if (error.HeldOut > Overfit * error.Fitted && error.HeldOut > options.RankTolerance)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the error is {error.HeldOut:G3} on rows held out and {error.Fitted:G3} on those fitted; more rows or "
                + $"a smaller lift would hold better");
        }
    }
}
