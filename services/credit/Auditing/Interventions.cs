namespace KoopmanMesh.Credit.Auditing;

/// <summary>The graded interventions by name, and the claim each of them tests.</summary>
internal static class Interventions
{
    public const string AffineStandIn = "affine-stand-in";
    public const string RankOneStandIn = "rank-1-stand-in";
    public const string RankFiveStandIn = "rank-5-stand-in";
    public const string HalfNoise = "noise-0.5";
    public const string FullNoise = "noise-1.0";
    public const string ResampleMean = "resample-mean";
    public const string ResampleOther = "resample-other";
    public const string Skip = "skip";
    public const string Zero = "zero";

    /// <summary>
    /// The claim an intervention tests. Skipping or zeroing a residual branch puts the identity or nothing in its
    /// place, the plainest linear stand-ins, so both test irreplaceability.
    /// </summary>
    /// <exception cref="ArgumentException">The intervention is unknown.</exception>
    public static CreditClaim ClaimOf(string intervention) => intervention switch
    {
        AffineStandIn or RankOneStandIn or RankFiveStandIn or Skip or Zero => CreditClaim.Irreplaceability,
        HalfNoise or FullNoise or ResampleMean or ResampleOther => CreditClaim.Sensitivity,
        _ => throw new ArgumentException(
            $"intervention \"{intervention}\" is unknown, expected one such as \"{AffineStandIn}\" or \"{FullNoise}\"",
            nameof(intervention)),
    };

    /// <summary>
    /// The intervention that decides a claim, named before any result is seen: deciding afterwards, by the best of
    /// several, would find agreement by chance. Irreplaceability is decided by the affine stand-in, of which the
    /// canonical credit is the prediction; stand-ins of rank 1 and 5 also measure how wide a component is. Sensitivity
    /// is decided by noise of one standard deviation: half of it often moves the outputs less than their sampling
    /// error, and resampling 30 % of the units disturbs wide components less evenly than narrow ones. A median over the
    /// four was the alternative; it has no permutation p of its own.
    /// </summary>
    public static string Deciding(CreditClaim claim) => claim switch
    {
        CreditClaim.Irreplaceability => AffineStandIn,
        CreditClaim.Sensitivity => FullNoise,
        _ => throw new ArgumentOutOfRangeException(nameof(claim), claim, $"claim {claim} has no deciding intervention"),
    };
}
