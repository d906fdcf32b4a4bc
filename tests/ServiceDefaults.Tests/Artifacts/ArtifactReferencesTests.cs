using System.Text;
using Google.Protobuf;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

public sealed class ArtifactReferencesTests
{
    private static readonly string _first = new('a', 64);
    private static readonly string _second = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    [Fact]
    public void In_AProtoWhoseNextTagIsADigit_FindsTheDigest()
    {
        // The tag of a length-delimited field 6 is '2': a digit right behind the digest.
        var spec = new RunSpec { Model = new ArtifactRef { Digest = _second, Name = "222" } };
        byte[] content = [.. spec.ToByteArray(), (byte)'2', .. Encoding.ASCII.GetBytes(_first), (byte)'2'];

        Assert.Equal([_second, _first], Find(content, _first, _second).OrderDescending().Reverse());
    }

    [Fact]
    public void In_TextWithoutStoredDigests_FindsNone()
    {
        Assert.Empty(Find(Encoding.ASCII.GetBytes(new string('b', 200) + _first[1..] + "g"), _first, _second));
        Assert.Empty(Find(Encoding.ASCII.GetBytes(_second.ToUpperInvariant()), _first, _second));
        Assert.Empty(Find([], _first));
    }

    [Fact]
    public void In_RandomBytesWithDigestsPlanted_FindsExactlyThese()
    {
        var random = new Random(11);
        for (var trial = 0; trial < 200; trial++)
        {
            string[] stored = [.. Enumerable.Range(0, 5).Select(_ => Digest(random))];
            List<byte> content = [];
            HashSet<string> planted = [];
            for (var piece = 0; piece < 6; piece++)
            {
                content.AddRange(Noise(random));
                var digest = random.Next(2) == 0 ? stored[random.Next(stored.Length)] : Digest(random);
                content.AddRange(Encoding.ASCII.GetBytes(digest));
                if (stored.Contains(digest))
                {
                    planted.Add(digest);
                }
            }

            Assert.Equal(planted.Order(), Find([.. content], stored).Order());
        }
    }

    private static HashSet<string> Find(byte[] content, params string[] stored) =>
        ArtifactReferences.In(content, new HashSet<string>(stored, StringComparer.Ordinal));

    private static string Digest(Random random)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(40)];
        random.NextBytes(noise);
        return noise;
    }
}
