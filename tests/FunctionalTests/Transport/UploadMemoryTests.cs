using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Transport;

/// <summary>What an upload costs beside its bytes, at both ends.</summary>
public sealed class UploadMemoryTests(MeshFixture mesh)
{
    private const int Bytes = 32 << 20;

    [Fact]
    public async Task Upload_FromFileToStore_AllocatesLessThanATenthOfItsBytes()
    {
        var random = new Random(97);
        var (warmUp, file) = (new byte[1 << 20], new byte[Bytes]);
        random.NextBytes(warmUp);
        random.NextBytes(file);
        await UploadAsync(warmUp);
        var path = mesh.Write("large.bin", file);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);

        var stored = await mesh.Client.UploadAsync(path, TestContext.Current.CancellationToken);

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)), stored.Digest);
        Assert.InRange(allocated, 0, Bytes / 10);
    }

    private Task UploadAsync(byte[] content) =>
        mesh.Client.UploadAsync(mesh.Write("small.bin", content), TestContext.Current.CancellationToken);
}
