namespace KoopmanMesh.Koopman.Fitting;

/// <summary>Which row blocks a fit sees and which test it, as weights of the blocks.</summary>
/// <param name="All">One for every block.</param>
/// <param name="Train">One for the blocks fitted.</param>
/// <param name="HeldOut">
/// One for the blocks held out: evenly spread, so that any order of the rows is shared fairly.
/// </param>
internal sealed record HoldOutSplit(double[] All, double[] Train, double[] HeldOut)
{
    public static HoldOutSplit Of(int blocks, double fraction)
    {
        var heldOut = new double[blocks];
        for (var b = 0; b < blocks; b++)
        {
            // A block is held out when the count of held-out blocks owed steps up there.
            heldOut[b] = Math.Floor((b + 1) * fraction) > Math.Floor(b * fraction) ? 1 : 0;
        }

        return new HoldOutSplit([.. heldOut.Select(_ => 1.0)], [.. heldOut.Select(h => 1 - h)], heldOut);
    }
}
