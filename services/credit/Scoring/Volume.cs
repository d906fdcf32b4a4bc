namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The log-volume a backward product keeps: sum of the logs of its non-zero singular values, and how many there are.
/// </summary>
internal readonly record struct Volume(double Log, int Rank)
{
    /// <summary>Volume of the identity on <paramref name="rank"/> directions.</summary>
    public static Volume Unit(int rank) => new(0, rank);
}
