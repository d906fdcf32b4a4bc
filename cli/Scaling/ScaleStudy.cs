using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>What scaling by replicas did for a job: <c>scale.json</c>.</summary>
internal sealed record ScaleStudy
{
    public const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>UTC, RFC 3339.</summary>
    public required string CreatedAt { get; init; }

    public required string ToolVersion { get; init; }

    /// <summary>File name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>Width at every cut, input and output among them.</summary>
    public required IReadOnlyList<long> Widths { get; init; }

    /// <summary>File name of the rows.</summary>
    public required string Data { get; init; }

    /// <summary>Whether a job grew with the replicas.</summary>
    public required bool Weak { get; init; }

    /// <summary>What was replicated: "capture", "koopman" or "both".</summary>
    public required string Role { get; init; }

    /// <summary>Runs of each point that counted.</summary>
    public required int Repeats { get; init; }

    /// <summary>Of this machine; a mesh elsewhere may have more.</summary>
    public required int Cores { get; init; }

    public required IReadOnlyList<ScalePoint> Points { get; init; }

    /// <summary>What the reader must know before believing a number: one sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The points of each job, fewest replicas first.</summary>
    [JsonIgnore]
    public IEnumerable<IGrouping<long, ScalePoint>> Curves =>
        Points.OrderBy(point => point.Replicas).GroupBy(point => point.BaseRows).OrderBy(curve => curve.Key);

    public string ToJson() => JsonSerializer.Serialize(this, _json) + "\n";

    public static ScaleStudy FromJson(string json) => JsonSerializer.Deserialize<ScaleStudy>(json, _json)!;
}
