using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

public sealed class DirectoryArtifactStoreTests : IDisposable
{
    // SHA-256 of "abc", FIPS 180-2 appendix B.1.
    private const string AbcDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Put_KnownContent_IsFoundUnderItsDigest()
    {
        var store = Store();

        var info = await store.PutAsync("abc"u8.ToArray(), Ct);

        Assert.Equal(new ArtifactInfo(AbcDigest, 3), info);
        Assert.Equal(info, store.Find(AbcDigest));
        Assert.Equal("abc"u8.ToArray(), await store.ReadAllBytesAsync(AbcDigest, Ct));
        Assert.Equal([Path.Combine("artifacts", AbcDigest[..2], AbcDigest[2..])], _folder.Files());
    }

    [Fact]
    public async Task Put_InChunksAndFromAStream_IsTheSameArtifact()
    {
        var content = new byte[300_000];
        new Random(7).NextBytes(content);
        var store = Store();

        var chunked = await store.PutAsync(Chunks(content), Ct);
        var streamed = await store.PutAsync(new MemoryStream(content), Ct);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), chunked.Digest);
        Assert.Equal(chunked, streamed);
        Assert.Single(_folder.Files());
    }

    [Fact]
    public async Task Put_TheSameContentFromManyThreads_StoresItOnce()
    {
        var store = Store();

        var infos = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => store.PutAsync("abc"u8.ToArray(), Ct)));

        Assert.All(infos, i => Assert.Equal(AbcDigest, i.Digest));
        Assert.Single(_folder.Files());
    }

    [Fact]
    public async Task Put_WhoseWriterFails_LeavesNothingAndPassesTheFailure()
    {
        var store = Store();

        await Assert.ThrowsAsync<InvalidDataException>(() => store.PutAsync(
            async (stream, ct) =>
            {
                await stream.WriteAsync(new byte[200_000], ct);
                throw new InvalidDataException("no more");
            },
            Ct));

        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task Put_CancelledHalfway_LeavesNothing()
    {
        var store = Store();
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync(
            async (stream, ct) =>
            {
                await stream.WriteAsync(new byte[200_000], CancellationToken.None);
                await cancel.CancelAsync();
            },
            cancel.Token));

        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task Put_MoreThanAllowed_NamesTheLimitAndLeavesNothing()
    {
        var store = Store(maxBytes: 100);
        await store.PutAsync(new byte[100], Ct);

        var e = await Assert.ThrowsAsync<ArtifactStoreException>(() => store.PutAsync(new byte[101], Ct));

        Assert.Equal("the artifact has more than 100 bytes, allowed are 100", e.Message);
        Assert.Equal(ArtifactStoreException.TooLarge, e.Reason);
        Assert.Equal(ErrorKind.ResourceExhausted, e.Kind);
        Assert.Single(_folder.Files());
    }

    [Fact]
    public async Task Put_WhereAFileIsInTheWay_IsATypedFailure()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "artifacts"), "in the way", Ct);

        var e = await Assert.ThrowsAsync<ArtifactStoreException>(() => Store().PutAsync("abc"u8.ToArray(), Ct));

        Assert.Equal(ArtifactStoreException.Failed, e.Reason);
        Assert.StartsWith("the artifact store could not write after 0 bytes:", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Put_OnAFullDisk_IsATypedFailure()
    {
        // /dev/full refuses every write as a full disk does.
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        using var full = new FileStream(
            "/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var stream = new HashingStream(full, maxBytes: 1000);

        var e = Assert.Throws<ArtifactStoreException>(() => stream.Write("abc"u8));

        Assert.Equal(ArtifactStoreException.Full, e.Reason);
        Assert.Equal("the disk of the artifact store is full after 3 bytes of this artifact", e.Message);
    }

    [Fact]
    public async Task Put_AfterAProcessWasKilled_SweepsWhatItLeftAndNobodyWrites()
    {
        var leftovers = Directory.CreateDirectory(Path.Combine(_folder.Path, "artifacts", "tmp")).FullName;
        var left = Path.Combine(leftovers, "left");
        var recent = Path.Combine(leftovers, "recent");
        var slow = Path.Combine(leftovers, "slow");
        await File.WriteAllTextAsync(left, "", Ct);
        await File.WriteAllTextAsync(recent, "", Ct);
        await using var writer = new FileStream(slow, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var longAgo = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
        File.SetLastWriteTimeUtc(left, longAgo);
        File.SetLastWriteTimeUtc(slow, longAgo);

        await Store().PutAsync("abc"u8.ToArray(), Ct);

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(recent));
        Assert.True(File.Exists(slow));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/")]
    public void Find_WhatIsNoDigest_IsRefusedBeforeTheFileSystem(string digest)
    {
        var store = Store();

        Assert.Equal("DIGEST_INVALID", Assert.Throws<InvalidRequestException>(() => store.Find(digest)).Reason);
        Assert.Throws<InvalidRequestException>(() => store.OpenRead(digest));
    }

    [Fact]
    public void OpenRead_WhatWasNeverStored_IsNotFound()
    {
        var e = Assert.Throws<ResourceNotFoundException>(() => Store().OpenRead(AbcDigest));

        Assert.Equal(("artifact", AbcDigest), (e.ResourceType, e.ResourceName));
        Assert.False(Store().Exists(AbcDigest));
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(byte[] content)
    {
        for (var at = 0; at < content.Length; at += 65_536)
        {
            await Task.Yield();
            yield return content.AsMemory(at, Math.Min(65_536, content.Length - at));
        }
    }

    private DirectoryArtifactStore Store(long maxBytes = StateOptions.DefaultMaxArtifactBytes) => new(
        Options.Create(new StateOptions { Root = _folder.Path, MaxArtifactBytes = maxBytes }), TimeProvider.System,
        NullLogger<DirectoryArtifactStore>.Instance);
}
