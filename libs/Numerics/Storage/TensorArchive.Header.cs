using System.Text.Json;

namespace KoopmanMesh.Numerics.Storage;

public sealed partial class TensorArchive
{
    // Fills the metadata and returns the tensors' entries; a name that comes twice would make the file mean two things.
    private List<TensorEntry> Parse(byte[] header)
    {
        using var document = JsonDocument.Parse(header);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new TensorFormatException(
                $"the archive's header is a JSON {document.RootElement.ValueKind}, expected an object");
        }

        var (entries, seen) = (new List<TensorEntry>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                throw new TensorFormatException($"the archive's header names \"{property.Name}\" twice");
            }

            if (property.Name == MetadataKey)
            {
                ParseMetadata(property.Value);
            }
            else
            {
                entries.Add(TensorEntry.Parse(property.Name, property.Value));
            }
        }

        return entries;
    }

    private void ParseMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw new TensorFormatException(
                $"the archive's metadata is a JSON {metadata.ValueKind}, expected an object of strings");
        }

        foreach (var property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String || !_metadata.TryAdd(
                property.Name, property.Value.GetString()!))
            {
                throw new TensorFormatException($"the archive's metadata \"{property.Name}\" is not one string");
            }
        }
    }
}
