using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>What the errors of a fit say against it, in words, with what to try next.</summary>
internal static class FitFindings
{
    // Below this the errors are round-off, whose order says nothing.
    private const double RoundOff = 1e-10;

    // Unseen pairs this many times worse than fitted ones, and missed by more than this, were learned by heart.
    private const double ByHeart = 5;
    private const double Missed = 0.1;

    public static IEnumerable<string> Of(OperatorReport report)
    {
        var quality = report.Quality ?? new FitQuality();
        if (!quality.HasFitError && !quality.HasHoldOutError)
        {
            yield break;
        }

        var error = quality.HasHoldOutError ? quality.HoldOutError : quality.FitError;
        if (quality.HasPersistenceError && error >= quality.PersistenceError && error > RoundOff)
        {
            yield return
                $"one step ahead the operator misses {Numbers.Percent(error)}, predicting no change "
                + $"{Numbers.Percent(quality.PersistenceError)}: do not believe its eigenvalues. Try another --rank, "
                + "--delays or a --dictionary; and --snapshots, should a snapshot not be what it was taken for";
        }
        else if (quality.HasHoldOutError && error > Missed && quality.HasFitError && error > ByHeart * quality.FitError)
        {
            yield return
                $"unseen pairs are missed by {Numbers.Percent(error)}, fitted ones by "
                + $"{Numbers.Percent(quality.FitError)}: {report.Rank} directions are too many for this data. Try a "
                + "smaller --rank, or --rank cv";
        }
    }
}
