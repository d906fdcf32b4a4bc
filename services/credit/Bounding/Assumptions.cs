namespace KoopmanMesh.Credit.Bounding;

/// <summary>What a rung of the ladder assumes, in sentences that stand beside its numbers.</summary>
internal static class Assumptions
{
    public const string NoTestRows = "No test rows came, so nothing was seen.";

    public const string Empirical =
        "It says nothing beyond the test rows it was seen on; nothing may have been fitted to, chosen or calibrated on "
        + "them.";

    public const string Flips = "The interval of the flip rate assumes that the test rows were drawn independently.";

    public static string Conformal(double alpha) => FormattableString.Invariant(
        $"The calibration rows and a new row are exchangeable, and nothing was fitted to or chosen on them; the ")
        + FormattableString.Invariant(
            $"probability of at least {1 - (decimal)alpha} is over the draw of both, for each bound by itself, and ")
        + "not for a given input.";
}
