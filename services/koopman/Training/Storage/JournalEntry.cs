using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>One line of a run's journal: exactly one member is there.</summary>
internal sealed record JournalEntry
{
    public SnapshotEntry? Snapshot { get; init; }

    public WindowsEntry? Windows { get; init; }

    public AlarmEntry? Alarm { get; init; }

    public JumpEntry? Jump { get; init; }

    public EndEntry? End { get; init; }
}

/// <summary>A snapshot whose values are in the file.</summary>
/// <param name="Step">Of training.</param>
/// <param name="Checksum">CRC-32C of the values' bytes.</param>
/// <param name="Break">Whether no window may span from the snapshot before to this one.</param>
/// <param name="Scalars">What the client knows beside.</param>
internal sealed record SnapshotEntry(long Step, uint Checksum, bool Break, SnapshotScalars? Scalars);

/// <summary>What became of the window that ends with a snapshot: of the whole, then of the layers.</summary>
/// <param name="Last">Index of the snapshot, from 0.</param>
/// <param name="Windows">What was found.</param>
/// <param name="FirstLoss">Loss at the window's first snapshot; null when unknown.</param>
/// <param name="LastLoss">Loss at its last.</param>
/// <param name="Failure">Why nothing was found; null where something was.</param>
internal sealed record WindowsEntry(
    long Last, IReadOnlyList<Window> Windows, double? FirstLoss, double? LastLoss, string? Failure);

/// <summary>How the alarm judged the run.</summary>
/// <param name="At">Index of the snapshot it was judged with.</param>
/// <param name="Score">How it began, for later runs to be compared with; null where it could not be judged.</param>
/// <param name="Report">The judgement; null likewise.</param>
/// <param name="Text">What is behind it, in one sentence.</param>
internal sealed record AlarmEntry(long At, AlarmScore? Score, AlarmReport? Report, string Text);

/// <summary>A proposal and what the trainer found of it.</summary>
internal sealed record JumpEntry
{
    public required int Proposal { get; init; }

    /// <summary>Snapshots stored when it was decided.</summary>
    public required long After { get; init; }

    public required int Horizon { get; init; }

    public required double LossBefore { get; init; }

    /// <summary>NaN or infinite where the weights were no good.</summary>
    public required double LossAfter { get; init; }

    public required double FitSeconds { get; init; }

    public required double EvaluationSeconds { get; init; }

    public required bool Keep { get; init; }
}

/// <summary>A stream that its client closed.</summary>
/// <param name="Snapshots">Stored by then.</param>
/// <param name="Verdict">One sentence.</param>
/// <param name="Backtest">Of the newest snapshots; null where there is none.</param>
/// <param name="Failure">Why there is no backtest; null where there is one or none was asked for.</param>
internal sealed record EndEntry(long Snapshots, string Verdict, Backtest? Backtest, string? Failure);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectRequiredConstructorParameters = false,
    Converters =
    [
        typeof(ProtoJsonConverter<SnapshotScalars>), typeof(ProtoJsonConverter<Window>),
        typeof(ProtoJsonConverter<AlarmReport>), typeof(ProtoJsonConverter<Backtest>),
        typeof(ProtoJsonConverter<TrainingHeader>),
    ])]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(TrainingManifest))]
internal sealed partial class TrainingJsonContext : JsonSerializerContext;

/// <summary>A message of the contract inside JSON, as proto JSON.</summary>
internal sealed class ProtoJsonConverter<T> : JsonConverter<T>
    where T : class, IMessage<T>, new()
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return _parser.Parse<T>(document.RootElement.GetRawText());
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new JsonException($"the {typeof(T).Name} is not valid proto JSON: {e.Message}", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonFormatter.Default.Format(value));
}
