namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>Runs of consecutive numbers of a source, anywhere in it.</summary>
internal sealed class ElementReader(ArraySource source, Stream stream, int bufferBytes = ElementReader.BufferBytes)
{
    /// <summary>Bytes asked for at once.</summary>
    public const int BufferBytes = 1 << 20;

    private readonly byte[] _buffer = new byte[Math.Min(bufferBytes, Math.Max(source.Bytes, sizeof(double)))];
    private readonly int _size = ElementDecoder.SizeOf(source.Header.Element);

    /// <summary>Reads numbers <paramref name="first"/> and on.</summary>
    public void Read(long first, Span<double> values)
    {
        try
        {
            stream.Position = source.Start + (first * _size);
            while (!values.IsEmpty)
            {
                var count = Math.Min(values.Length, _buffer.Length / _size);
                var bytes = _buffer.AsSpan(0, count * _size);
                stream.ReadExactly(bytes);
                ElementDecoder.Decode(source.Header.Element, source.Header.BigEndian, bytes, values[..count]);
                values = values[count..];
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new ArrayFileException($"'{source.Name}' ends before its {source.Header.ShapeText} numbers", e);
        }
        catch (IOException e)
        {
            throw new ArrayFileException($"'{source.Name}' can't be read: {e.Message}", e);
        }
    }
}
