using System.Globalization;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>What files call the numbers that are known of a snapshot beside its values.</summary>
internal static class SnapshotFields
{
    public const string Step = "step";

    /// <summary>All but the step.</summary>
    public static readonly string[] Names = ["loss", "validation_loss", "accuracy", "learning_rate", "seconds"];

    public static Snapshot With(Snapshot snapshot, string name, double value) => name switch
    {
        "loss" => snapshot with { Loss = value },
        "validation_loss" => snapshot with { ValidationLoss = value },
        "accuracy" => snapshot with { Accuracy = value },
        "learning_rate" => snapshot with { LearningRate = value },
        _ => snapshot with { Seconds = value },
    };

    /// <summary>With what texts by these names say; others are no business of ours.</summary>
    public static Snapshot Apply(Snapshot snapshot, IReadOnlyDictionary<string, string> texts, string path)
    {
        foreach (var name in Names)
        {
            if (texts.TryGetValue(name, out var text))
            {
                snapshot = With(snapshot, name, Parse(text, $"'{name}' in the metadata of '{path}'"));
            }
        }

        return snapshot;
    }

    public static double Parse(string text, string what) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new ArrayFileException(
                $"{what} is '{text}'; expected a finite number, or nothing where it is unknown");
}
