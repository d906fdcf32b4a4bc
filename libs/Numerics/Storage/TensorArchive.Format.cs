using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace KoopmanMesh.Numerics.Storage;

public sealed partial class TensorArchive
{
    private const string MetadataKey = "__metadata__";
    private const int Prefix = sizeof(ulong);
    private const long LongestHeader = 100_000_000;

    /// <summary>Writes the archive to <paramref name="stream"/>.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RequireLittleEndian();
        var header = Header();
        Span<byte> prefix = stackalloc byte[Prefix];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in _tensors.Values)
        {
            tensor.WriteTo(stream);
        }
    }

    /// <summary>
    /// Reads an archive from a seekable stream, to its end. Every length in the file is checked against the file before
    /// anything is allocated for it.
    /// </summary>
    /// <exception cref="TensorFormatException">The file is not a whole, consistent archive.</exception>
    public static TensorArchive Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, stream.Length - stream.Position);
    }

    /// <summary>Reads an archive of <paramref name="length"/> bytes.</summary>
    /// <exception cref="TensorFormatException">They are not a whole, consistent archive.</exception>
    public static TensorArchive Read(Stream stream, long length)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RequireLittleEndian();
        try
        {
            var header = ReadHeader(stream, length);
            var archive = new TensorArchive();
            var entries = archive.Parse(header);
            archive.ReadElements(stream, entries, length - Prefix - header.Length);
            return archive;
        }
        catch (EndOfStreamException cause)
        {
            throw new TensorFormatException($"the archive ends before the {length} bytes it was said to have", cause);
        }
        catch (JsonException cause)
        {
            throw new TensorFormatException($"the archive's header is not JSON: {cause.Message}", cause);
        }
        catch (InvalidOperationException cause)
        {
            // The JSON reader's way to say that a string, looked at only now, is no Unicode.
            throw new TensorFormatException("the archive's header holds text that is not UTF-8", cause);
        }
    }

    private byte[] Header()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            var offset = 0L;
            foreach (var (name, tensor) in _tensors)
            {
                offset = WriteEntry(json, name, tensor, offset);
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of eight keep the elements aligned for whoever maps the file.
        var header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        Array.Fill(header, (byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (_metadata.Count > 0)
        {
            json.WriteStartObject(MetadataKey);
            foreach (var (key, value) in _metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }
    }

    private static long WriteEntry(Utf8JsonWriter json, string name, StoredTensor tensor, long offset)
    {
        var end = offset + (StoredTensor.ElementCount(tensor.Shape)!.Value * StoredTensor.SizeOf(tensor.Type));
        json.WriteStartObject(name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var side in tensor.Shape)
        {
            json.WriteNumberValue(side);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }

    private static byte[] ReadHeader(Stream stream, long length)
    {
        if (length < Prefix)
        {
            throw new TensorFormatException($"an archive has at least {Prefix} bytes, got {length}");
        }

        Span<byte> prefix = stackalloc byte[Prefix];
        stream.ReadExactly(prefix);
        var announced = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var most = Math.Min(length - Prefix, LongestHeader);
        if (announced > (ulong)most)
        {
            throw new TensorFormatException(
                $"the archive announces a header of {announced} bytes, expected at most {most}");
        }

        var header = new byte[announced];
        stream.ReadExactly(header);
        return header;
    }

    private void ReadElements(Stream stream, List<TensorEntry> entries, long bytes)
    {
        var next = 0L;
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        foreach (var entry in entries)
        {
            if (entry.Begin != next || entry.End > bytes)
            {
                throw new TensorFormatException(
                    $"tensor \"{entry.Name}\" lies at bytes {entry.Begin} to {entry.End}, "
                    + $"expected from {next} and within {bytes}");
            }

            next = entry.End;
        }

        if (next != bytes)
        {
            throw new TensorFormatException(
                $"the archive's tensors take {next} bytes, but {bytes} bytes follow the header");
        }

        foreach (var entry in entries)
        {
            _tensors[entry.Name] = StoredTensor.Read(stream, entry.Type, entry.Shape, entry.Count);
        }
    }

    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("tensor archives are little-endian and this machine is not");
        }
    }
}
