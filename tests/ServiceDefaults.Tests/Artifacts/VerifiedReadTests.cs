using System.Security.Cryptography;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>Nothing is read that is not what its digest says, and what is corrupt does not stay in the way.</summary>
public sealed class VerifiedReadTests : IDisposable
{
    private const int Large = (int)ArtifactVerifier.AlwaysUpTo + 12_345;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLoggerProvider _logs = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _logs.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(Large)]
    public async Task Read_AfterABitFlipped_HandsOutNothingAndNamesBothDigests(int length)
    {
        var digest = await StoreAsync(length);
        var actual = Damage(digest, at: length - 1);
        await using var stream = Store().OpenRead(digest);
        var buffer = new byte[10];

        var e = await Assert.ThrowsAsync<ArtifactStoreException>(() => stream.ReadAsync(buffer, Ct).AsTask());

        Assert.Equal((ArtifactStoreException.Corrupt, ErrorKind.FailedPrecondition), (e.Reason, e.Kind));
        Assert.Contains(digest, e.Message, StringComparison.Ordinal);
        Assert.Contains(actual, e.Message, StringComparison.Ordinal);
        Assert.Equal(new byte[10], buffer);
    }

    [Fact]
    public async Task Read_OfTheBeginningOnly_FindsDamageAtTheEnd()
    {
        var digest = await StoreAsync(Large);
        Damage(digest, at: Large - 1);
        using var stream = Store().OpenRead(digest);

        Assert.Throws<ArtifactStoreException>(() => stream.ReadByte());
    }

    [Fact]
    public async Task Read_FromTheMiddle_FindsDamageAtTheStart()
    {
        var digest = await StoreAsync(Large);
        Damage(digest, at: 0);
        using var stream = Store().OpenRead(digest);
        stream.Seek(Large / 2, SeekOrigin.Begin);

        Assert.Throws<ArtifactStoreException>(() => stream.ReadByte());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Read_OfAFileOfAnotherLength_IsRefused(int difference)
    {
        var digest = await StoreAsync(5000);
        using (var file = File.OpenWrite(PathOf(digest)))
        {
            file.SetLength(5000 + difference);
        }

        await Assert.ThrowsAsync<ArtifactStoreException>(() => Store().ReadAllBytesAsync(digest, Ct));
    }

    [Fact]
    public async Task Read_AfterItWasSeenIntact_SeesALaterChange()
    {
        var store = Store();
        var digest = await StoreAsync(Large);
        await store.ReadAllBytesAsync(digest, Ct);
        Damage(digest, at: 7);

        await Assert.ThrowsAsync<ArtifactStoreException>(() => store.ReadAllBytesAsync(digest, Ct));
    }

    [Fact]
    public async Task CorruptFile_IsSetAsideOnce_SoThatTheContentIsStoredAgain()
    {
        var store = Store();
        var digest = await StoreAsync(5000);
        Damage(digest, at: 7);
        using var late = store.OpenRead(digest);
        await Assert.ThrowsAsync<ArtifactStoreException>(() => store.ReadAllBytesAsync(digest, Ct));

        Assert.Null(store.Find(digest));
        var next = Assert.Throws<ArtifactStoreException>(() => store.OpenRead(digest));
        Assert.Equal(ArtifactStoreException.Corrupt, next.Reason);
        Assert.Equal(digest, await StoreAsync(5000));

        // A reader that had opened the damaged file before learns it only now; the good one must stay.
        Assert.Throws<ArtifactStoreException>(() => late.ReadByte());
        Assert.Equal(Content(5000), await Store().ReadAllBytesAsync(digest, Ct));
        Assert.Single(Quarantined());
        Assert.Single(_logs.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Fact]
    public async Task Put_OverACorruptFileThatNobodyRead_ReplacesIt()
    {
        var digest = await StoreAsync(5000);
        Damage(digest, at: 7);

        Assert.Equal(digest, await StoreAsync(5000));

        Assert.Equal(Content(5000), await Store().ReadAllBytesAsync(digest, Ct));
    }

    [Fact]
    public async Task Put_FromManyStoresAtOnce_IsReadableByEachAsSoonAsItReturns()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            var store = Store();
            var info = await store.PutAsync(Content(3000 + (i % 4)), Ct);
            Assert.Equal(Content(3000 + (i % 4)), await store.ReadAllBytesAsync(info.Digest, Ct));
        }));

        Assert.Equal(4, _folder.Files().Count());
    }

    [Fact]
    public async Task Read_Cancelled_StopsWhileTheContentIsSeen()
    {
        var digest = await StoreAsync(Large);
        await using var stream = Store().OpenRead(digest);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => stream.ReadAsync(new byte[1], new CancellationToken(canceled: true)).AsTask());
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private async Task<string> StoreAsync(int length) => (await Store().PutAsync(Content(length), Ct)).Digest;

    private string Damage(string digest, int at)
    {
        var bytes = File.ReadAllBytes(PathOf(digest));
        bytes[at] ^= 1;
        File.WriteAllBytes(PathOf(digest), bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private string PathOf(string digest) => Path.Combine(_folder.Path, "artifacts", digest[..2], digest[2..]);

    private IEnumerable<string> Quarantined() =>
        _folder.Files().Where(f => f.Contains("quarantine", StringComparison.Ordinal));

    private DirectoryArtifactStore Store()
    {
#pragma warning disable CA2000 // The factory owns nothing but the provider, which the test disposes.
        var logger = new LoggerFactory([_logs]).CreateLogger<DirectoryArtifactStore>();
#pragma warning restore CA2000
        return new DirectoryArtifactStore(
            Options.Create(new StateOptions { Root = _folder.Path }), TimeProvider.System, logger);
    }
}
