using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// The spec inside a run's file, as proto JSON. It never changes, so one with fields that only a newer program knows is
/// written as it was read. A choice that only a newer program knows makes it unreadable: going by the default in its
/// place would be another analysis.
/// </summary>
internal sealed class RunSpecJsonConverter : JsonConverter<RunSpec>
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    // What a spec that was read looked like, where writing it anew would lose something. It lives as long as the spec.
    private static readonly ConditionalWeakTable<RunSpec, string> _asRead = [];

    public override RunSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement.GetRawText();
        try
        {
            var spec = _parser.Parse<RunSpec>(json);
            if (HasUnknown(document.RootElement, RunSpec.Descriptor))
            {
                _asRead.Add(spec, json);
            }

            return spec;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new JsonException($"the run's spec is not valid proto JSON: {e.Message}", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, RunSpec value, JsonSerializerOptions options) =>
        writer.WriteRawValue(_asRead.TryGetValue(value, out var json) ? json : JsonFormatter.Default.Format(value));

    /// <exception cref="JsonException">It makes a choice that this program does not know.</exception>
    private static bool HasUnknown(JsonElement message, MessageDescriptor type)
    {
        var unknown = false;
        foreach (var property in message.EnumerateObject())
        {
            var field = type.Fields.InDeclarationOrder().FirstOrDefault(
                f => property.NameEquals(f.JsonName) || property.NameEquals(f.Name));
            unknown |= field is null || HasUnknown(property.Value, field);
        }

        return unknown;
    }

    private static bool HasUnknown(JsonElement value, FieldDescriptor field)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().Aggregate(false, (unknown, item) => HasUnknown(item, field) | unknown);
        }

        if (field.FieldType == FieldType.Enum && value.ValueKind == JsonValueKind.String
            && field.EnumType.FindValueByName(value.GetString()) is null)
        {
            throw new JsonException(
                $"the run's spec has {field.Name} {value.GetRawText()}, which this program does not know");
        }

        return field.FieldType == FieldType.Message && value.ValueKind == JsonValueKind.Object && !field.IsMap
            && HasUnknown(value, field.MessageType);
    }
}
