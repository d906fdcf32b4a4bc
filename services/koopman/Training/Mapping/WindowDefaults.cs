using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>What an absent field of <see cref="WindowOptions"/> means, and what each may be.</summary>
internal static class WindowDefaults
{
    /// <summary>Directions below this part of the largest are the rounding of float32.</summary>
    public const double SingleTolerance = 1e-6;

    private const double DoubleTolerance = 1e-8;

    public static WindowOptions Resolve(WindowOptions? sent, Observable observable, bool single, string field)
    {
        var (range, given) = (new OptionRange(field), sent ?? new WindowOptions());
        var few = observable is Observable.Norms or Observable.Scalars;
        var resolved = new WindowOptions
        {
            Length = range.Integer("length", given.Length, 20, 3, 1024),
            Hop = range.Integer("hop", given.Hop, 5, 1, 1024),
            Delays = range.Integer("delays", given.Delays, few ? 4 : 1, 1, 64),
            NoConstant = given.NoConstant,
            RelativeTolerance = range.Number(
                "relative_tolerance", given.HasRelativeTolerance ? given.RelativeTolerance : null,
                single ? SingleTolerance : DoubleTolerance, value => value is >= 0 and < 1, "at least 0, less than 1"),
            Residual = range.Number(
                "residual", given.HasResidual ? given.Residual : null, 1e-2,
                value => value > 0 && double.IsFinite(value), "more than 0"),
            Nearness = range.Number(
                "nearness", given.HasNearness ? given.Nearness : null, 0.01, value => value is > 0 and < 1,
                "more than 0, less than 1"),
        };
        return resolved.NoConstant && resolved.Delays < 2
            ? throw range.Invalid(
                "delays", $"is {resolved.Delays} without the constant, expected at least 2: raw weights alone give "
                + "wrong eigenvalues")
            : resolved;
    }
}
