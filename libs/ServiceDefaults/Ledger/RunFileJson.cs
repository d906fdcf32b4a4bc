using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>What one run's file holds.</summary>
/// <param name="Schema">1; a file of another number is not read.</param>
/// <param name="Run">The run.</param>
internal sealed record RunFile(int Schema, RunRecord Run)
{
    internal const int CurrentSchema = 1;

    /// <summary>The run as JSON.</summary>
    internal static byte[] Bytes(RunRecord run) =>
        JsonSerializer.SerializeToUtf8Bytes(new RunFile(CurrentSchema, run), RunFileJsonContext.Default.RunFile);

    /// <inheritdoc cref="Bytes"/>
    internal static string Text(RunRecord run) =>
        JsonSerializer.Serialize(new RunFile(CurrentSchema, run), RunFileJsonContext.Default.RunFile);

    /// <exception cref="JsonException">It is none, or of another schema.</exception>
    internal static RunRecord Parse(ReadOnlySpan<byte> json)
    {
        var file = JsonSerializer.Deserialize(json, RunFileJsonContext.Default.RunFile);
        return file is { Schema: CurrentSchema }
            ? file.Run with { Artifacts = file.Run.Artifacts.WithComparers(StringComparer.Ordinal) }
            : throw new JsonException($"its schema is {file?.Schema}, expected {CurrentSchema}");
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(RunSpecJsonConverter)])]
[JsonSerializable(typeof(RunFile))]
internal sealed partial class RunFileJsonContext : JsonSerializerContext;

/// <summary>The spec inside a run's file, as proto JSON.</summary>
internal sealed class RunSpecJsonConverter : JsonConverter<RunSpec>
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public override RunSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return _parser.Parse<RunSpec>(document.RootElement.GetRawText());
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new JsonException($"the run's spec is not valid proto JSON: {e.Message}", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, RunSpec value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonFormatter.Default.Format(value));
}
