namespace KoopmanMesh.Networks.Data;

/// <summary>
/// One forward pass over a source's bytes; what gzip finds wrong becomes a <see cref="DataFormatException"/>.
/// </summary>
internal sealed class ByteReader(Stream stream, string name) : IDisposable
{
    private const int SkipBlock = 1 << 16;

    internal string Name => name;

    internal bool CanSeek => stream.CanSeek;

    /// <summary>Fills as much of the destination as there is; fewer bytes only at the end.</summary>
    internal int Fill(Span<byte> destination)
    {
        try
        {
            return stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException($"the gzip stream of '{name}' is damaged or cut short: {e.Message}", e);
        }
    }

    internal void Position(long offset) => stream.Position = offset;

    /// <summary>Passes over bytes; returns how many there were.</summary>
    internal long Skip(long count)
    {
        if (stream.CanSeek)
        {
            var target = Math.Min(stream.Position + count, stream.Length);
            var passed = target - stream.Position;
            stream.Position = target;
            return passed;
        }

        var block = new byte[Math.Min(count, SkipBlock)];
        var left = count;
        while (left > 0)
        {
            var read = Fill(block.AsSpan(0, (int)Math.Min(left, block.Length)));
            if (read == 0)
            {
                break;
            }

            left -= read;
        }

        return count - left;
    }

    public void Dispose() => stream.Dispose();
}
