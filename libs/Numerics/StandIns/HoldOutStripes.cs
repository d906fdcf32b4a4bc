namespace KoopmanMesh.Numerics.StandIns;

/// <summary>
/// Which rows are held out: stripe s of <paramref name="Length"/> rows is where the number of stripes owed steps up, so
/// that any order of the rows is shared fairly, and rows that are neighbours in time mostly stay together.
/// </summary>
/// <param name="Length">Rows in a stripe.</param>
/// <param name="Fraction">Of the stripes.</param>
public sealed record HoldOutStripes(int Length, double Fraction)
{
    private const int Longest = 64;

    /// <summary>Stripes short enough that the first <paramref name="rows"/> rows make forty.</summary>
    internal static HoldOutStripes Of(int rows, double fraction) => new(Math.Clamp(rows / 40, 1, Longest), fraction);

    /// <summary>Whether a row is held out, and how many rows from it on share its fate.</summary>
    public (bool HeldOut, long Left) At(long row)
    {
        var stripe = row / Length;
        var heldOut = Math.Floor((stripe + 1) * Fraction) > Math.Floor(stripe * Fraction);
        return (heldOut, Length - (row % Length));
    }
}
