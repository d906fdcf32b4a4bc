using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>A checked header: what is fitted, and how.</summary>
/// <param name="Header">As it came.</param>
/// <param name="Lifts">In the order asked.</param>
/// <param name="Ranks">At least one.</param>
/// <param name="Options">Of the fits.</param>
internal sealed record StandInPlan(
    StandInHeader Header, IReadOnlyList<Lift> Lifts, IReadOnlyList<int> Ranks, StandInOptions Options)
{
    private const int MostWidth = 65_536;
    private const int MostLifts = 32;
    private const int MostRanks = 32;
    private const int LongestName = 512;

    public int Before => Header.BeforeWidth;

    public int After => Header.AfterWidth;

    public static StandInPlan Of(StandInHeader header, long maxSummaryBytes)
    {
        if (header.RunId.Length > 0)
        {
            RunIds.Require(header.RunId);
        }

        Require(header.Region.Length <= LongestName, "region", $"has {header.Region.Length} letters", "at most 512");
        Require(header.BeforeWidth is >= 1 and <= MostWidth, "before_width", $"is {header.BeforeWidth}", "1 to 65536");
        Require(header.AfterWidth is >= 1 and <= MostWidth, "after_width", $"is {header.AfterWidth}", "1 to 65536");
        Require(header.Lifts.Count is >= 1 and <= MostLifts, "lifts", $"has {header.Lifts.Count} lifts", "1 to 32");
        Require(header.Ranks.Count <= MostRanks, "ranks", $"has {header.Ranks.Count} ranks", "at most 32");
        foreach (var rank in header.Ranks)
        {
            Require(rank is >= 0 and <= MostWidth, "ranks", $"holds {rank}", "0 for full, or 1 to 65536");
        }

        Require(header.RankTolerance is >= 0 and < 1, "rank_tolerance", $"is {header.RankTolerance}", "0 to below 1");
        Require(header.HoldOut is >= 0 and <= 0.9, "hold_out", $"is {header.HoldOut}", "0 to 0.9");
        return new StandInPlan(
            header, [.. header.Lifts.Select((text, i) => Parsed(text, header.BeforeWidth, i))],
            header.Ranks.Count == 0 ? [0] : [.. header.Ranks.Distinct()], OptionsOf(header, maxSummaryBytes));
    }

    private static StandInOptions OptionsOf(StandInHeader header, long maxSummaryBytes)
    {
        var defaults = new StandInOptions();
        return defaults with
        {
            Kind = header.Accurate ? AccumulatorKind.Qr : AccumulatorKind.Gram,
            RankTolerance = header.RankTolerance > 0 ? header.RankTolerance : defaults.RankTolerance,
            HoldOut = header.HoldOut > 0 ? header.HoldOut : defaults.HoldOut,
            Seed = unchecked((int)(header.Seed ^ (header.Seed >> 32))),
            MaxSummaryBytes = maxSummaryBytes,
        };
    }

    private static Lift Parsed(string text, int width, int index)
    {
        try
        {
            return Lift.Parse(text, width);
        }
        catch (ObservablesException e)
        {
            throw new InvalidRequestException("LIFT_INVALID", e.Message, $"header.lifts[{index}]", e);
        }
    }

    private static void Require(bool condition, string field, string problem, string expected)
    {
        if (!condition)
        {
            throw new InvalidRequestException(
                "STAND_IN_HEADER_INVALID", $"header.{field} {problem}, expected {expected}", $"header.{field}");
        }
    }
}
