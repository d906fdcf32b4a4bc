using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>What an absent field of <see cref="ForecastOptions"/> means, and what each may be.</summary>
internal static class ForecastDefaults
{
    private const double SingleTolerance = 1e-6;
    private const double DoubleTolerance = 1e-10;

    public static ForecastOptions Resolve(
        ForecastOptions? sent, IReadOnlyList<ParameterTensor> tensors, bool single, string field)
    {
        var (range, given) = (new OptionRange(field), sent ?? new ForecastOptions());
        return new ForecastOptions
        {
            Partition = given.Partition.Length switch
            {
                // A plain array has no units that a node could be.
                0 => tensors is [{ Shape.Count: < 2 }] ? "full" : "node",
                <= 64 => ForecastMapping.ParsePartition(given.Partition, field).ToString(),
                _ => throw range.Invalid("partition", $"has {given.Partition.Length} characters, expected at most 64"),
            },
            NoConstant = given.NoConstant,
            Delays = range.Integer("delays", given.Delays, 1, 1, 64),
            RelativeTolerance = range.Number(
                "relative_tolerance", given.HasRelativeTolerance ? given.RelativeTolerance : null,
                single ? SingleTolerance : DoubleTolerance, value => value is >= 0 and < 1, "at least 0, less than 1"),
            Clip = range.Number("clip", given.HasClip ? given.Clip : null, 1, value => value > 0, "more than 0"),
            Rank = range.Integer("rank", given.Rank, 0, 1, 4096),
            Snapshots = range.Integer("snapshots", given.Snapshots, 0, 3, int.MaxValue),
        };
    }
}
