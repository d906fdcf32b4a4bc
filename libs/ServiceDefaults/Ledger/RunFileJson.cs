using System.Text.Json;
using System.Text.Json.Serialization;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>What one run's file holds.</summary>
/// <param name="Schema">1; a file of another number is not read.</param>
/// <param name="Run">The run.</param>
internal sealed record RunFile(int Schema, RunRecord Run)
{
    internal const int CurrentSchema = 1;

    /// <summary>What stands beside these two and belongs to a newer program.</summary>
    [JsonExtensionData]
    [JsonInclude]
    internal UnknownFields? Unknown { get; set; } = Run?.UnknownBeside;

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
            ? file.Run with
            {
                Artifacts = file.Run.Artifacts.WithComparers(StringComparer.Ordinal),
                UnknownBeside = file.Unknown,
            }
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
