using System.Text.Json;

namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary><c>koopmesh scale --predict</c>: the job of the command line on meshes that need not exist.</summary>
internal static class Prediction
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Predictions of each job, fewest replicas first.</summary>
    public static IReadOnlyList<IReadOnlyList<MeshPrediction>> Of(PredictionPlan plan, MeshConstants constants)
    {
        var model = new MeshModel(constants);
        return
        [
            .. plan.Rows.Order().Select(IReadOnlyList<MeshPrediction> (rows) =>
            [
                .. plan.Replicas.Order().Select(
                    replicas => model.Predict(plan.JobOf(rows, replicas), plan.MeshOf(replicas))),
            ]),
        ];
    }

    public static string ToJson(IReadOnlyList<IReadOnlyList<MeshPrediction>> predictions, MeshConstants constants) =>
        JsonSerializer.Serialize(
            new { constants, curves = predictions.Select(PredictionRow.Of) }, _json) + "\n";
}

/// <summary>What is predicted.</summary>
internal sealed record PredictionPlan
{
    public required IReadOnlyList<int> Replicas { get; init; }

    public required IReadOnlyList<long> Rows { get; init; }

    public required IReadOnlyList<int> Widths { get; init; }

    public required ScaleRole Role { get; init; }

    public required bool Weak { get; init; }

    /// <summary>0: the default of a run.</summary>
    public required long ShardRows { get; init; }

    /// <summary>0: the default of the work.</summary>
    public required int ShardsInFlight { get; init; }

    /// <summary>That all replicas share; 0: each has its own.</summary>
    public required int Cores { get; init; }

    /// <summary>Bootstrap replicates as a run has them: 0 means the default, -1 none.</summary>
    public required int Replicates { get; init; }

    /// <summary>Of the volume with the artifacts, GB/s; 0: the default.</summary>
    public double VolumeGigabytes { get; init; }

    public MeshJob JobOf(long rows, int replicas)
    {
        var job = new MeshJob { Widths = Widths, Rows = Weak ? rows * replicas : rows };
        job = Replicates == 0 ? job : job with { Replicates = Math.Max(0, Replicates) };
        return ShardRows > 0 ? job with { ShardRows = ShardRows } : job;
    }

    public MeshSize MeshOf(int replicas)
    {
        var mesh = new MeshSize
        {
            Captures = Role.Captures(replicas),
            Koopmans = Role.Koopmans(replicas),
        };
        mesh = VolumeGigabytes > 0 ? mesh with { VolumeBytesPerSecond = 1e9 * VolumeGigabytes } : mesh;
        mesh = Cores > 0 ? mesh with { SharedCores = Cores } : mesh;
        return ShardsInFlight > 0 ? mesh with { ShardsInFlight = ShardsInFlight } : mesh;
    }
}
