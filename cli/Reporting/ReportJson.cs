using Google.Protobuf;
using Google.Protobuf.Reflection;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>
/// Writes and reads <c>report.json</c>: the <see cref="Report"/> message in proto JSON, as docs/report.md describes it.
/// </summary>
/// <remarks>
/// Every field without presence is written even when it holds its default, so that a reader finds the documented
/// keys. An optional number that is not finite is undefined, and undefined is absent: it is left out. A plain number
/// that is not finite (the condition number of a singular fit) becomes proto JSON's string "NaN" or "Infinity",
/// never a bare token that other parsers refuse.
/// </remarks>
internal static class ReportJson
{
    private static readonly JsonFormatter.Settings Compact = new(formatDefaultValues: true);

    private static readonly JsonFormatter CompactFormatter = new(Compact);

    private static readonly JsonFormatter IndentedFormatter = new(Compact.WithIndentation("  "));

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The indented JSON of <paramref name="report"/>, with a closing line feed.</summary>
    public static string ToJson(Report report) => ToJson<Report>(report);

    /// <summary>The same of any other message that is a result.</summary>
    public static string ToJson<T>(T result)
        where T : IMessage<T> => IndentedFormatter.Format(WithoutUndefined(result)) + "\n";

    /// <summary>The same on one line, for embedding.</summary>
    public static string ToCompactJson<T>(T result)
        where T : IMessage<T> => CompactFormatter.Format(WithoutUndefined(result));

    /// <summary>Reads a report; fields that a later version of the schema added are ignored.</summary>
    /// <exception cref="ReportFormatException">The text is not the JSON of a report.</exception>
    public static Report Parse(string json)
    {
        try
        {
            return Parser.Parse<Report>(json);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new ReportFormatException(
                $"Expected the JSON of a KoopmanMesh report, but it cannot be read: {exception.Message}", exception);
        }
    }

    private static T WithoutUndefined<T>(T result)
        where T : IMessage<T>
    {
        var copy = result.Clone();
        ClearUndefined(copy);
        return copy;
    }

    private static void ClearUndefined(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            switch (field.FieldType)
            {
                case FieldType.Double when field.HasPresence && !double.IsFinite((double)value):
                    field.Accessor.Clear(message);
                    break;
                case FieldType.Message when field.IsMap:
                    // Of texts alone.
                    break;
                case FieldType.Message when field.IsRepeated:
                    foreach (var item in (System.Collections.IList)value)
                    {
                        ClearUndefined((IMessage)item!);
                    }

                    break;
                case FieldType.Message when value is IMessage child:
                    ClearUndefined(child);
                    break;
            }
        }
    }
}
