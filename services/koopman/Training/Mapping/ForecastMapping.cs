using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using ForecastOptions = KoopmanMesh.Training.V1.ForecastOptions;
using NumericsForecastOptions = KoopmanMesh.Numerics.Training.Forecasting.ForecastOptions;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>Forecasts between the contract and the numerics.</summary>
internal static class ForecastMapping
{
    /// <summary>Of options with every default filled in.</summary>
    public static NumericsForecastOptions ToNumerics(this ForecastOptions options, string field) => new()
    {
        Partition = ParsePartition(options.Partition, field),
        HasConstant = !options.NoConstant,
        Delays = options.Delays,
        RelativeTolerance = options.RelativeTolerance,
        Clip = options.Clip,
        Rank = options.Rank == 0 ? null : options.Rank,
        Snapshots = options.Snapshots == 0 ? null : options.Snapshots,
    };

    public static Partition ParsePartition(string text, string field)
    {
        try
        {
            return Partition.Parse(text);
        }
        catch (FormatException e)
        {
            throw new InvalidRequestException("TRAINING_OPTIONS_INVALID", $"{field}.partition: {e.Message}",
                $"{field}.partition", e);
        }
    }

    public static ForecastReport ToReport(
        this ForecastSummary summary, ForecastOptions options, TrainingRun run, long snapshots) => new()
        {
            Options = options,
            SnapshotsFitted = summary.Snapshots,
            FromStep = summary.FromStep,
            ToStep = long.CreateSaturating(summary.FromStep + ((Int128)snapshots * (run.Stride ?? 1))),
            Blocks = summary.Blocks,
            SmallestRank = summary.SmallestRank,
            LargestRank = summary.LargestRank,
            MeanRank = summary.MeanRank,
            LargestModulus = summary.LargestModulus,
            Clipped = summary.Clipped,
            OneStepError = summary.OneStepError,
            FitSeconds = summary.FitSeconds,
            PredictSeconds = summary.PredictSeconds,
            Held = summary.Held,
            Constant = summary.Constant,
        };
}
