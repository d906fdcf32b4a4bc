using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>Which lifts and ranks are tried where the request does not say.</summary>
internal static class LiftChoice
{
    private const int MostDirections = 512;
    private const int FewestDirections = 8;
    private const int MostMonomials = 1024;
    private const int Halvings = 4;

    // A stand-in of this share of the region's operations is worth looking at.
    private const double Share = 0.75;

    /// <summary>
    /// The lifts asked for, the plain affine baseline always among them; without any, affine, and random directions as
    /// many as keep the stand-in cheaper than the region (twice the width for a region named by the user, who has not
    /// asked for cheaper), and monomials of degree 2 where they are few. The verifier profile has no Fourier features
    /// and no monomials.
    /// </summary>
    /// <param name="region">What is replaced.</param>
    /// <param name="options">As asked.</param>
    /// <param name="operations">Of the region, for one row.</param>
    public static IReadOnlyList<string> Lifts(Region region, ReplacementOptions options, long operations)
    {
        if (options.Lifts.Count > 0)
        {
            return [.. options.Lifts.Prepend(Roles.Affine).Distinct()];
        }

        var (n, p) = (region.From.Width, region.To.Width);
        var directions = options.Regions.Count > 0
            ? Math.Clamp(2 * n, 64, MostDirections)
            : Math.Min(MostDirections, (int)((((Share * operations) / 2) - ((double)n * p)) / (n + p)));
        var lifts = new List<string> { Roles.Affine };
        if (directions >= FewestDirections)
        {
            lifts.Add($"relu:{directions}");
            if (options.Profile != Profile.Verifier)
            {
                lifts.Add($"rff:{directions}");
            }
        }

        var monomials = n * (n + 1L) / 2;
        if (options.Profile != Profile.Verifier && monomials <= Math.Min(MostMonomials, Math.Max(directions, 0)))
        {
            lifts.Add("poly:2");
        }

        return lifts;
    }

    /// <summary>
    /// The ranks asked for, and full rank for the plain baseline; without any, full rank and a half, a quarter, … of
    /// the narrower cut.
    /// </summary>
    public static IReadOnlyList<int> Ranks(Region region, ReplacementOptions options)
    {
        if (options.Ranks.Count > 0)
        {
            return [.. options.Ranks.Prepend(0).Distinct()];
        }

        var ranks = new List<int> { 0 };
        for (var rank = Math.Min(region.From.Width, region.To.Width) / 2;
            rank >= 1 && ranks.Count <= Halvings;
            rank /= 2)
        {
            ranks.Add(rank);
        }

        return ranks;
    }

    /// <summary>
    /// Whether a stand-in is one of those asked for, and no baseline that is only compared with. Of regions that the
    /// planner chooses every stand-in is.
    /// </summary>
    public static bool IsAskedFor(ReplacementOptions options, StandInOffer offer) => options.Regions.Count == 0
        || (offer.Role is not (Roles.Skip or Roles.Constant)
            && (options.Lifts.Count == 0 || options.Lifts.Contains(offer.Lift))
            && (options.Ranks.Count == 0 || options.Ranks.Contains(offer.AskedRank)));

    /// <summary>
    /// Whether a fit is a candidate: one that was asked for, or whose rank was chosen here and makes it cheaper.
    /// </summary>
    public static bool Keeps(ReplacementOptions options, string lift, int askedRank, bool isFactored) =>
        askedRank == 0
            ? lift == Roles.Affine || options.Ranks.Count == 0 || options.Ranks.Contains(0)
            : options.Ranks.Count > 0 || isFactored;
}
