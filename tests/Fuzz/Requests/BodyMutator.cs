using System.Buffers.Binary;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Fuzz.Requests;

/// <summary>Bends the bytes of a request: some requests stay whole, most are wrong in one to three ways.</summary>
internal sealed class BodyMutator(Random random)
{
    /// <summary>The body with its mistakes.</summary>
    public byte[] Mutate(byte[] body)
    {
        for (var mistakes = random.Next(4); mistakes > 0; mistakes--)
        {
            body = Bend(body);
        }

        return body;
    }

    private byte[] Bend(byte[] body) => random.Next(10) switch
    {
        0 => FlipBits(body),
        1 => body[..random.Next(body.Length + 1)],
        2 => [.. body, .. RandomBytes(64)],
        3 => [.. body, .. body],
        4 => LieAboutLength(body),
        5 => Splice(body, RandomBytes(16)),
        6 => Splice(body, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
        7 => SetFlag(body, (byte)random.Next(256)),
        8 => Splice(body, GrpcMessage.Frame([])),
        _ => RandomBytes(256),
    };

    private byte[] FlipBits(byte[] body)
    {
        var bent = (byte[])body.Clone();
        for (var i = 1 + random.Next(8); i > 0 && bent.Length > 0; i--)
        {
            bent[random.Next(bent.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bent;
    }

    private byte[] LieAboutLength(byte[] body)
    {
        var bent = (byte[])body.Clone();
        if (bent.Length >= GrpcMessage.PrefixLength)
        {
            uint[] lies = [0, 1, (uint)bent.Length, int.MaxValue, uint.MaxValue, (uint)random.Next(1 << 24)];
            BinaryPrimitives.WriteUInt32BigEndian(bent.AsSpan(1), lies[random.Next(lies.Length)]);
        }

        return bent;
    }

    private byte[] Splice(byte[] body, byte[] foreign)
    {
        var at = random.Next(body.Length + 1);
        return [.. body[..at], .. foreign, .. body[at..]];
    }

    private static byte[] SetFlag(byte[] body, byte flag)
    {
        var bent = (byte[])body.Clone();
        if (bent.Length > 0)
        {
            bent[0] = flag;
        }

        return bent;
    }

    private byte[] RandomBytes(int most)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}
