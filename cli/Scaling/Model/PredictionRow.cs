namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>One prediction, held against the first of its table.</summary>
internal sealed record PredictionRow
{
    public required int Replicas { get; init; }

    public required long Rows { get; init; }

    public required long Shards { get; init; }

    public required double SnapshotValues { get; init; }

    public required double Seconds { get; init; }

    public required double RowsPerSecond { get; init; }

    /// <summary>Rows a second over those of the first: strong and weak alike.</summary>
    public required double SpeedUp { get; init; }

    public required double Efficiency { get; init; }

    public required double KoopmanBytes { get; init; }

    public required string Bottleneck { get; init; }

    /// <summary>Of the whole time.</summary>
    public required double BottleneckShare { get; init; }

    /// <summary>Every part of the time; those that overlap count by their longest.</summary>
    public required IReadOnlyDictionary<string, double> Parts { get; init; }

    public static IReadOnlyList<PredictionRow> Of(IReadOnlyList<MeshPrediction> predictions)
    {
        var first = predictions[0];
        return [.. predictions.Select(prediction => Of(prediction, first))];
    }

    private static PredictionRow Of(MeshPrediction prediction, MeshPrediction first)
    {
        var replicas = Math.Max(prediction.Mesh.Captures, prediction.Mesh.Koopmans);
        var p = (double)replicas / Math.Max(first.Mesh.Captures, first.Mesh.Koopmans);
        var speedUp = prediction.RowsPerSecond / first.RowsPerSecond;
        return new PredictionRow
        {
            Replicas = replicas,
            Rows = prediction.Job.Rows,
            Shards = prediction.Job.Shards,
            SnapshotValues = (double)prediction.Job.Rows * prediction.Job.ValuesPerRow,
            Seconds = prediction.Seconds,
            RowsPerSecond = prediction.RowsPerSecond,
            SpeedUp = speedUp,
            Efficiency = ScalingLaw.Efficiency(speedUp, p),
            KoopmanBytes = prediction.KoopmanBytes,
            Bottleneck = prediction.Bottleneck.Name,
            BottleneckShare = prediction.Bottleneck.Seconds / prediction.Seconds,
            Parts = prediction.Parts.ToDictionary(part => part.Name, part => part.Seconds),
        };
    }
}
