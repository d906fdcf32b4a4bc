namespace KoopmanMesh.Experiments.Operators;

/// <summary>
/// Counts of methods P2.4 and P2.6: with b added blocks a trajectory has N = b + 2 states z_0, …, z_(N-1); from z_0, …,
/// z_d the last is N - 1 - d steps away.
/// </summary>
public static class DelaySteps
{
    /// <summary>N = <paramref name="blocks"/> + 2.</summary>
    public static int States(int blocks) => blocks + 2;

    /// <summary>N - 1 - d, for 1 ≤ d ≤ N - 2.</summary>
    /// <param name="blocks">b, blocks added.</param>
    /// <param name="delays">d.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// d is out of range. More delays than N - 2 would need states from before z_0, which a network does not have; the
    /// authors' supplementary trajectories are not reproduced (methods P2.8.7).
    /// </exception>
    public static int ToTheLast(int blocks, int delays)
    {
        var states = States(blocks);
        return delays >= 1 && delays <= states - 2
            ? states - 1 - delays
            : throw new ArgumentOutOfRangeException(
                nameof(delays), delays,
                $"a trajectory of {states} states allows 1 to {states - 2} delays, so that one state is left to "
                + $"predict, got {delays}");
    }
}
