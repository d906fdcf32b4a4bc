using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Credit.Reporting;

/// <summary>Scores as the report carries them: an undefined number is absent.</summary>
internal static class CreditMapping
{
    public static Run.V1.Credit ToCredit(ComponentScore score, BootstrapResult? bootstrap, int component)
    {
        var credit = new Run.V1.Credit
        {
            CanonicalShare = score.Canonical.Share,
            TelescopedShare = score.Telescoped.Share,
            CanonicalRank = score.Canonical.Place,
            TelescopedRank = score.Telescoped.Place,
            RankBefore = score.Telescoped.RankBefore,
            RankAfter = score.Telescoped.RankAfter,
            DeterminantSign = score.DeterminantSign,
            CanonicalInterval = ToInterval(bootstrap?.Canonical.Intervals[component]),
            TelescopedInterval = ToInterval(bootstrap?.Telescoped.Intervals[component]),
        };
        Set(score.Canonical.Value, value => credit.Canonical = value);
        Set(score.Telescoped.Value, value => credit.Telescoped = value);
        Set(score.Local, value => credit.Local = value);
        Set(score.QrChained, value => credit.QrChained = value);
        Set(score.BackwardDet, value => credit.BackwardDet = value);
        Set(score.OperatorDet, value => credit.OperatorDet = value);
        Set(score.Canonical.Gain, value => credit.CanonicalGain = value);
        Set(score.Telescoped.Gain, value => credit.TelescopedGain = value);
        return credit;
    }

    public static Total ToTotal(ChainTotals totals, BootstrapResult? bootstrap)
    {
        var total = new Total { Rank = totals.Rank, Bootstraps = bootstrap?.Replicates ?? 0 };
        Set(totals.LogPdet, value => total.LogPdet = value);
        Set(totals.CanonicalLogPdet, value => total.CanonicalLogPdet = value);
        Set(totals.InteractionGap, value => total.InteractionGap = value);
        Set(bootstrap?.Telescoped.RankStability, value => total.RankStability = value);
        Set(bootstrap?.Canonical.RankStability, value => total.CanonicalRankStability = value);
        return total;
    }

    private static Interval? ToInterval(CreditInterval? interval) => interval is null
        ? null
        : new Interval { Low = interval.Lower, High = interval.Upper, Mean = interval.Mean };

    private static void Set(double? value, Action<double> set)
    {
        if (value is { } number && double.IsFinite(number))
        {
            set(number);
        }
    }
}
