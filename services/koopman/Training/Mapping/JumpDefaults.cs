using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>What an absent field of <see cref="JumpOptions"/> means, and what each may be.</summary>
internal static class JumpDefaults
{
    private const int MostSnapshots = 1_000_000;

    public static JumpOptions Resolve(JumpOptions? sent, WindowOptions window, string field)
    {
        var (range, given) = (new OptionRange(field), sent ?? new JumpOptions());
        var resolved = new JumpOptions
        {
            Horizon = range.Integer("horizon", given.Horizon, Math.Max(1, window.Length / 2), 1, MostSnapshots),
            LongestHorizon = range.Integer(
                "longest_horizon", given.LongestHorizon, Math.Max(10 * window.Length, given.Horizon), 1, MostSnapshots),
            Grow = range.Number(
                "grow", given.HasGrow ? given.Grow : null, 2, value => value >= 1 && double.IsFinite(value),
                "at least 1"),
            Shrink = range.Number(
                "shrink", given.HasShrink ? given.Shrink : null, 0.5, value => value is > 0 and < 1,
                "more than 0, less than 1"),
            Rest = range.Integer("rest", given.Rest, window.Length, 3, 1024),
        };
        return resolved.Horizon <= resolved.LongestHorizon
            ? resolved
            : throw range.Invalid(
                "horizon", $"is {resolved.Horizon}, expected at most longest_horizon ({resolved.LongestHorizon})");
    }
}
