using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>What an absent field of <see cref="StopOptions"/> means, and what each may be.</summary>
internal static class StopDefaults
{
    public static StopOptions Resolve(StopOptions? sent, string field)
    {
        var (range, given) = (new OptionRange(field), sent ?? new StopOptions());
        return new StopOptions
        {
            NearOneMass = range.Number(
                "near_one_mass", given.HasNearOneMass ? given.NearOneMass : null, 0.99, value => value is > 0 and <= 1,
                "more than 0, at most 1"),
            TransientMass = range.Number(
                "transient_mass", given.HasTransientMass ? given.TransientMass : null, 1e-3, NotNegative, "at least 0"),
            LossSlope = range.Number(
                "loss_slope", given.HasLossSlope ? given.LossSlope : null, 1e-4, NotNegative, "at least 0"),
            Patience = range.Integer("patience", given.Patience, 3, 1, 100),
        };
    }

    private static bool NotNegative(double value) => value >= 0 && double.IsFinite(value);
}
