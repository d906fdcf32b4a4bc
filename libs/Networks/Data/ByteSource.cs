using System.IO.Compression;

namespace KoopmanMesh.Networks.Data;

/// <summary>
/// Where a data set's bytes come from: opened anew for every pass, gunzipped on the way if they are gzip.
/// </summary>
internal sealed class ByteSource
{
    // Deflate can't do better: 258 bytes out of two bits.
    private const long MaxCompression = 1032;

    // A petabyte; below it no product of sizes overflows.
    private const long MaxBytes = 1L << 50;

    private readonly Func<Stream> _open;

    internal ByteSource(Func<Stream> open, string name)
    {
        (_open, Name) = (open, name);
        using var stream = open();
        Span<byte> magic = stackalloc byte[2];
        Compressed = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        Length = stream.CanSeek ? stream.Length : null;
    }

    internal string Name { get; }

    internal bool Compressed { get; }

    /// <summary>Length as stored, when known.</summary>
    internal long? Length { get; }

    internal ByteReader Open()
    {
        var stream = _open();
        return new ByteReader(Compressed ? new GZipStream(stream, CompressionMode.Decompress) : stream, Name);
    }

    /// <summary>Refuses a header that promises other than what is there, before anything is made in its size.</summary>
    internal void RequireLength(Int128 promised, string promise)
    {
        if (Length is { } stored && (Compressed ? promised > (Int128)stored * MaxCompression : promised != stored))
        {
            throw new DataFormatException(
                $"the header of '{Name}' promises {promise}, {promised} bytes in all, " +
                (Compressed ? $"more than {stored} bytes of gzip can hold" : $"but the file has {stored} bytes"));
        }

        if (promised > MaxBytes)
        {
            throw new DataFormatException($"the header of '{Name}' promises {promise}, more than any file can hold");
        }
    }
}
