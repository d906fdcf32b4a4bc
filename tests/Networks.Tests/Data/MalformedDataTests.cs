using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Networks.Tests.Data;

/// <summary>Whatever bytes come, a data set is read or refused with its own exception, in little memory.</summary>
public sealed class MalformedDataTests
{
    private const int Rounds = 400;

    public static TheoryData<byte[]> Seeds =>
    [
        NumpyFiles.Single, NumpyFiles.DoubleFortran, NumpyFiles.Images, NumpyFiles.Version2,
        Samples.Idx(0x08, [4, 2], 1, 2, 3, 4, 5, 6, 7, 8),
        Samples.Idx(0x0E, [1, 2], new byte[16]),
        Samples.Zip(Samples.Idx(0x08, [4, 2], 1, 2, 3, 4, 5, 6, 7, 8)),
        "a,b,c\n1,2,3\n4,5,6\n"u8.ToArray(),
        Samples.Zip("1 2\n3 4\n"u8.ToArray()),
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Open_MutatedOrCutBytes_ReadsOrRefusesInLittleMemory(byte[] seed)
    {
        var random = new Random(20);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var round = 0; round < Rounds; round++)
        {
            var bytes = seed[..random.Next(seed.Length + 1)];
            if (round % 2 == 0)
            {
                bytes = (byte[])seed.Clone();
            }

            for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            TryRead(bytes);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, 2 << 20);
    }

    [Fact]
    public void Open_RandomBytes_ReadsOrRefuses()
    {
        var random = new Random(21);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            TryRead(bytes);
        }
    }

    private static void TryRead(byte[] bytes)
    {
        try
        {
            var data = Samples.Open(bytes);
            Assert.InRange(data.Rows, 1, long.MaxValue);
            using var reader = data.OpenReader();
            var row = new float[data.RowSize];
            for (var i = 0; i < 100 && reader.Read(row) > 0; i++)
            {
                Assert.All(row, value => Assert.True(float.IsFinite(value)));
            }
        }
        catch (DataFormatException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }
}
